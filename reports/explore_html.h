/* SPDX-License-Identifier: Apache-2.0 */
/* explore.html: what exploring every power cut came to, in one file that asks nothing of the network, of a server or of
 * scripts. It is well-formed XML as well. */
#pragma once
#include "rig/explore/explore_page.h"

extern const struct explore_page explore_html;
