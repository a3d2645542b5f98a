/*
 * Preloaded into Sendmail: of the host names that it looks up through the C library, only localhost exists. Without it,
 * Sendmail waits for DNS servers, and for a minute at the start on a host whose name has no dot.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <strings.h>

struct hostent *gethostbyname2(const char *name, int family) {
  static struct in_addr address;
  static char *aliases[] = {NULL}, *addresses[] = {(char *)&address, NULL};
  static char localhost[] = "localhost";
  static struct hostent host = {localhost, aliases, AF_INET, sizeof address, addresses};
  address.s_addr = htonl(INADDR_LOOPBACK);
  if (family == AF_INET && strcasecmp(name, localhost) == 0) return &host;
  h_errno = HOST_NOT_FOUND;
  return NULL;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family) {
  (void)address, (void)length, (void)family;
  h_errno = HOST_NOT_FOUND;
  return NULL;
}
