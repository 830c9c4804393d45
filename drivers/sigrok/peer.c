/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"
#include <netinet/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define FDS 64

static gboolean is_closed(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof info;
	int unread = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return FALSE;
	if (info.tcpi_state == TCP_CLOSE) /* reset: what was unread is gone, too */
		return TRUE;
	if (info.tcpi_state != TCP_CLOSE_WAIT)
		return FALSE;
	return ioctl(fd, FIONREAD, &unread) < 0 || unread == 0;
}

gboolean peer_has_closed(void)
{
	for (int fd = 0; fd < FDS; fd++)
		if (is_closed(fd))
			return TRUE;
	return FALSE;
}
