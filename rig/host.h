/* SPDX-License-Identifier: Apache-2.0 */
/* Host profiles: which accessories a host needs for the kit. `wiperig list --hosts` shows the table. */
#pragma once
#include <glib.h>

struct host_profile {
	const char *name;	/**< "iR2270" */
	const char *row;	/**< the row of the source's table, "iR4570/3570/2870/2270" */
	guint8 bus;		/**< enum hal_bus / protocol_type PROTOCOL_ACCESSORIES numbering */
	const char *bus_name;	/**< "Expansion Bus-B1" */
	gboolean usb_board;	/**< USB Application Interface Board-D1 required, except in the US */
	gboolean ram_expansion; /**< RAM of 512 MiB required, except in the US */
	const char *source;	/**< "IP2" */
	gboolean verified;	/**< FALSE: shown as unverified */
};
