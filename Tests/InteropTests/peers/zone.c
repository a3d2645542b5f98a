/*
 * Preloaded into opendkim-testmsg, which uses the C library's resolver: answers every query for a TXT record from the
 * file named by DKIM_INTEROP_ZONE, which has lines `NAME TXT-DATA`, so that no name server and no root privileges are
 * needed. Names that are not in the file do not exist.
 */
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 8192, HEAD = 12, TTL = 300 };

static char *put16(char *at, unsigned number) {
  *at++ = (char)(number >> 8);
  *at++ = (char)number;
  return at;
}

static int find(const char *name, char *line, char **data) {
  const char *path = getenv("DKIM_INTEROP_ZONE");
  FILE *file = path ? fopen(path, "r") : NULL;
  int found = 0;
  size_t length = strlen(name);
  while (length > 0 && name[length - 1] == '.') length--;
  while (file && !found && fgets(line, LINE, file)) {
    line[strcspn(line, "\n")] = 0;
    *data = strchr(line, ' ');
    found = *data && (size_t)(*data - line) == length && strncasecmp(line, name, length) == 0;
  }
  if (file) fclose(file);
  if (found) ++*data;
  return found;
}

/* Writes the record as character-strings of at most 255 bytes. */
static char *put_strings(char *at, const char *data) {
  for (size_t left = strlen(data); left > 0;) {
    size_t n = left < 255 ? left : 255;
    *at++ = (char)n;
    memcpy(at, data, n);
    at += n, data += n, left -= n;
  }
  return at;
}

int res_nquery(res_state state, const char *name, int class, int type, unsigned char *answer, int size) {
  char reply[2 * LINE] = {0}, line[LINE], *data;
  (void)state;
  int found = type == ns_t_txt && find(name, line, &data);
  reply[2] = (char)0x81, reply[3] = (char)(0x80 | (found ? 0 : 3));
  put16(reply + 4, 1), put16(reply + 6, found);
  int n = ns_name_compress(name, (unsigned char *)reply + HEAD, sizeof reply - HEAD, NULL, NULL);
  if (n < 0) return -1;
  char *at = put16(put16(reply + HEAD + n, (unsigned)type), (unsigned)class);
  if (found) {
    at = put16(put16(put16(at, 0xC000 | HEAD), (unsigned)type), (unsigned)class);
    at = put16(put16(at, 0), TTL);
    char *length = at;
    at = put_strings(at + 2, data);
    put16(length, (unsigned)(at - length - 2));
  }
  if (at - reply > size) return -1;
  memcpy(answer, reply, (size_t)(at - reply));
  if (found) return (int)(at - reply);
  h_errno = HOST_NOT_FOUND;
  return -1;
}
