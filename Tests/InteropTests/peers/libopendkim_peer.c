/*
 * libopendkim, with requests on standard input; the frames are described in ../README.md. It is used like opendkim(8)
 * uses it: one library handle, header fields one by one, the body in pieces, keys from a callback.
 */
#include <dkim.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <arpa/inet.h>

enum { MAX_PARTS = 64, MAX_KEYS = 512, MAX_NAMES = 512, PIECE = 65535 };

struct bytes {
  u_char *data; /* followed by a NUL */
  uint32_t length;
};

struct frame {
  uint32_t count;
  struct bytes parts[MAX_PARTS];
};

static struct {
  char *name, *record;
} zone[MAX_KEYS];
static int zone_count;
static DKIM_LIB *library;

static void fail(const char *what) {
  fprintf(stderr, "libopendkim peer: %s\n", what);
  exit(70);
}

static uint32_t read_number(void) {
  uint32_t number;
  if (fread(&number, sizeof number, 1, stdin) != 1) exit(0);
  return ntohl(number);
}

static struct bytes read_bytes(void) {
  struct bytes bytes = {.length = read_number()};
  bytes.data = malloc((size_t)bytes.length + 1);
  if (!bytes.data || fread(bytes.data, 1, bytes.length, stdin) != bytes.length) fail("short frame");
  bytes.data[bytes.length] = 0;
  return bytes;
}

static struct frame read_frame(void) {
  struct frame frame = {.count = read_number()};
  if (frame.count == 0 || frame.count > MAX_PARTS) fail("bad frame");
  for (uint32_t i = 0; i < frame.count; i++) frame.parts[i] = read_bytes();
  return frame;
}

static void free_frame(struct frame *frame) {
  for (uint32_t i = 0; i < frame->count; i++) free(frame->parts[i].data);
}

static void write_number(uint32_t number) {
  number = htonl(number);
  fwrite(&number, sizeof number, 1, stdout);
}

static void write_part(const void *data, size_t length) {
  write_number((uint32_t)length);
  fwrite(data, 1, length, stdout);
}

static void write_text(const char *text) { write_part(text, strlen(text)); }

static void write_error(DKIM *dkim, DKIM_STAT status, const char *what) {
  char text[1024];
  const char *detail = dkim ? dkim_geterror(dkim) : NULL;
  snprintf(text, sizeof text, "%s: %s (%s)", what, dkim_getresultstr(status), detail ? detail : "-");
  write_number(2), write_text("error"), write_text(text);
}

static const u_char *option(const struct frame *frame, const char *name) {
  for (uint32_t i = 1; i + 1 < frame->count; i += 2)
    if (strcmp((char *)frame->parts[i].data, name) == 0) return frame->parts[i + 1].data;
  return NULL;
}

static DKIM_CBSTAT look_up(DKIM *dkim, DKIM_SIGINFO *signature, u_char *buffer, size_t size) {
  char name[512];
  (void)dkim;
  snprintf(name, sizeof name, "%s._domainkey.%s", dkim_sig_getselector(signature), dkim_sig_getdomain(signature));
  for (int i = 0; i < zone_count; i++) {
    if (strcasecmp(zone[i].name, name) != 0) continue;
    if (strlen(zone[i].record) >= size) return DKIM_CBSTAT_ERROR;
    strcpy((char *)buffer, zone[i].record);
    return DKIM_CBSTAT_CONTINUE;
  }
  return DKIM_CBSTAT_NOTFOUND;
}

static int is_crlf(const u_char *at, const u_char *end) { return end - at >= 2 && at[0] == '\r' && at[1] == '\n'; }

/* Returns the end of the field that begins at `at`: a CRLF that is not followed by white space. */
static u_char *field_end(u_char *at, u_char *end) {
  for (; at < end; at++)
    if (is_crlf(at, end) && (at + 2 == end || (at[2] != ' ' && at[2] != '\t'))) return at;
  return end;
}

/* Returns what failed, or NULL. */
static const char *feed(DKIM *dkim, struct bytes message, DKIM_STAT *status) {
  u_char *at = message.data, *end = at + message.length;
  while (at < end && !is_crlf(at, end)) {
    u_char *stop = field_end(at, end);
    if ((*status = dkim_header(dkim, at, (size_t)(stop - at))) != DKIM_STAT_OK) return "dkim_header";
    at = stop == end ? end : stop + 2;
  }
  if (at < end) at += 2;
  if ((*status = dkim_eoh(dkim)) != DKIM_STAT_OK) return "dkim_eoh";
  for (; at < end; at += end - at < PIECE ? end - at : PIECE)
    if ((*status = dkim_body(dkim, at, (size_t)(end - at < PIECE ? end - at : PIECE))) != DKIM_STAT_OK)
      return "dkim_body";
  return NULL;
}

static void verify(struct bytes message) {
  DKIM_STAT status;
  DKIM_SIGINFO **signatures;
  int count = 0;
  DKIM *dkim = dkim_verify(library, (const u_char *)"interop", NULL, &status);
  if (!dkim) return write_error(NULL, status, "dkim_verify");
  const char *what = feed(dkim, message, &status);
  if (what) {
    write_error(dkim, status, what);
  } else if ((dkim_eom(dkim, NULL), status = dkim_getsiglist(dkim, &signatures, &count)) != DKIM_STAT_OK) {
    write_error(dkim, status, "dkim_getsiglist");
  } else {
    write_number((uint32_t)count + 1), write_text("ok");
    for (int i = 0; i < count; i++) {
      char text[256];
      DKIM_SIGINFO *one = signatures[i];
      dkim_sig_process(dkim, one);
      int passed = dkim_sig_getflags(one) & DKIM_SIGFLAG_PASSED && dkim_sig_getbh(one) == DKIM_SIGBH_MATCH;
      snprintf(text, sizeof text, "fail: %s, bh %s", dkim_sig_geterrorstr(dkim_sig_geterror(one)),
               dkim_sig_getbh(one) == DKIM_SIGBH_MATCH ? "matches" : "differs");
      write_text(passed ? "pass" : text);
    }
  }
  dkim_free(dkim);
}

/* Splits `a:b:c` in place; the list ends with NULL. */
static void split(u_char *list, u_char **names) {
  int n = 0;
  for (char *name = strtok((char *)list, ":"); name && n < MAX_NAMES - 1; name = strtok(NULL, ":"))
    names[n++] = (u_char *)name;
  names[n] = NULL;
}

static void set_options(const struct frame *frame) {
  static u_char *names[MAX_NAMES], *oversigned[MAX_NAMES], list[65536];
  const u_char *h = option(frame, "h"), *over = option(frame, "oversign"), *x = option(frame, "ttl");
  snprintf((char *)list, sizeof list, "%s", h ? (const char *)h : "");
  split(list, names);
  dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_SIGNHDRS, h ? (void *)names : NULL, sizeof(u_char **));
  oversigned[0] = (u_char *)"from", oversigned[1] = NULL;
  dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_OVERSIGNHDRS, over ? (void *)oversigned : NULL, sizeof(u_char **));
  uint64_t lifetime = x ? strtoull((const char *)x, NULL, 10) : 0;
  dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_SIGNATURETTL, &lifetime, sizeof lifetime);
  u_int flags = option(frame, "z") ? DKIM_LIBFLAGS_ZTAGS : DKIM_LIBFLAGS_DEFAULT;
  if (option(frame, "l")) flags |= DKIM_LIBFLAGS_SIGNLEN;
  dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof flags);
}

static void write_signature(const u_char *value, size_t length) {
  u_char *out = malloc(2 * length + 64);
  if (!out) fail("no memory");
  size_t n = (size_t)sprintf((char *)out, "%s: ", DKIM_SIGNHEADER);
  for (size_t i = 0; i < length; i++) {
    /* A milter passes the value with LF line endings. */
    if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r')) out[n++] = '\r';
    out[n++] = value[i];
  }
  out[n++] = '\r', out[n++] = '\n';
  write_number(2), write_text("ok"), write_part(out, n);
  free(out);
}

static void sign(const struct frame *frame) {
  DKIM_STAT status;
  u_char *value;
  size_t length;
  const char *c = (const char *)option(frame, "c"), *a = (const char *)option(frame, "a");
  const u_char *identity = option(frame, "i"), *l = option(frame, "l");
  set_options(frame);
  DKIM *dkim = dkim_sign(
      library, (const u_char *)"interop", NULL, (dkim_sigkey_t)option(frame, "key"), option(frame, "s"),
      option(frame, "d"), strncmp(c, "relaxed", 7) == 0 ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE,
      strstr(c, "/relaxed") ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE,
      strcmp(a, "ed25519-sha256") == 0 ? DKIM_SIGN_ED25519SHA256 : DKIM_SIGN_RSASHA256,
      l ? (ssize_t)strtoull((const char *)l, NULL, 10) : -1, &status);
  if (!dkim) return write_error(NULL, status, "dkim_sign");
  if (identity) dkim_set_signer(dkim, identity);
  const char *what = feed(dkim, frame->parts[frame->count - 1], &status);
  if (!what && (status = dkim_eom(dkim, NULL)) != DKIM_STAT_OK) what = "dkim_eom";
  if (!what && (status = dkim_getsighdr_d(dkim, strlen(DKIM_SIGNHEADER) + 2, &value, &length)) != DKIM_STAT_OK)
    what = "dkim_getsighdr_d";
  if (what) write_error(dkim, status, what);
  else write_signature(value, length);
  dkim_free(dkim);
}

static void add_key(const struct frame *frame) {
  const char *name = (char *)frame->parts[1].data;
  int i = 0;
  while (i < zone_count && strcasecmp(zone[i].name, name) != 0) i++;
  if (i == MAX_KEYS) fail("too many keys");
  if (i == zone_count) zone[zone_count++].name = strdup(name);
  else free(zone[i].record);
  zone[i].record = strdup((char *)frame->parts[2].data);
  write_number(1), write_text("ok");
}

int main(void) {
  library = dkim_init(NULL, NULL);
  if (!library || dkim_set_key_lookup(library, look_up) != DKIM_STAT_OK) fail("dkim_init");
  for (;;) {
    struct frame frame = read_frame();
    const char *verb = (char *)frame.parts[0].data;
    if (strcmp(verb, "key") == 0 && frame.count == 3) add_key(&frame);
    else if (strcmp(verb, "verify") == 0 && frame.count == 2) verify(frame.parts[1]);
    else if (strcmp(verb, "sign") == 0) sign(&frame);
    else fail("unknown verb");
    free_frame(&frame);
    fflush(stdout);
  }
}
