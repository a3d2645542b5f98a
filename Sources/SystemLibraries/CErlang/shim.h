#pragma once
// ei.h declares __erl_errno for threads only where this is said.
#ifndef _REENTRANT
#define _REENTRANT 1
#endif
#include <ei.h>
#include <netinet/in.h>

/* Joins a node over a stream that leads there already: libei says who we are and shows that it knows the cookie.
   0 where the node takes us. The number is a place in a table of libei, in use only while this runs. */
static inline int cerlang_join(
  const char *host, const char *alive, const char *node, const char *cookie, unsigned creation, int number,
  ei_socket_callbacks *callbacks, void *stream, ei_cnode *us) {
  if (ei_connect_xinit_ussi(
        us, host, alive, node, NULL, cookie, creation, callbacks, sizeof *callbacks, stream) != 0)
    return -1;
  /* Nothing is connected to this address: the stream is. */
  struct in_addr nowhere = {0};
  int socket = ei_xconnect_host_port_tmo(us, &nowhere, 1, 0);
  if (socket != number) return -1;
  ei_close_connection(socket);
  return 0;
}
