/*
 * The same work with libopendkim, used as in opendkim(8): one library handle, header fields already split, the body in
 * pieces, the private key as text for each message (its API takes no other form), the key record from the key lookup
 * callback.
 */
#include "bench.h"

#include <dkim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer {
  struct request request;
  struct message message;
  struct bytes key;
  DKIM_LIB *library;
};

static struct bytes record;

/* The record is copied for each message, which is the minimum cost of a DNS response. */
static DKIM_CBSTAT look_up(DKIM *dkim, DKIM_SIGINFO *signature, u_char *buffer, size_t size) {
  (void)dkim, (void)signature;
  if (record.length >= size) return DKIM_CBSTAT_ERROR;
  memcpy(buffer, record.data, record.length + 1);
  return DKIM_CBSTAT_CONTINUE;
}

static void check(DKIM *dkim, DKIM_STAT status, const char *what) {
  if (status == DKIM_STAT_OK) return;
  const char *text = dkim ? dkim_geterror(dkim) : NULL;
  bench_fail("%s: %s%s%s", what, dkim_getresultstr(status), text ? ": " : "", text ? text : "");
}

static void feed(DKIM *dkim, const struct message *message) {
  for (size_t i = 0; i < message->field_count; i++)
    check(dkim, dkim_header(dkim, message->fields[i].data, message->fields[i].length), "dkim_header");
  check(dkim, dkim_eoh(dkim), "dkim_eoh");
  for (size_t at = 0; at < message->body.length; at += PIECE) {
    size_t left = message->body.length - at;
    check(dkim, dkim_body(dkim, message->body.data + at, left < PIECE ? left : PIECE), "dkim_body");
  }
}

static void verify(void *state) {
  struct peer *peer = state;
  DKIM_STAT status;
  DKIM *dkim = dkim_verify(peer->library, (const u_char *)"bench", NULL, &status);
  check(NULL, status, "dkim_verify");
  feed(dkim, &peer->message);
  check(dkim, dkim_eom(dkim, NULL), "dkim_eom");
  dkim_free(dkim);
}

static DKIM *sign_message(struct peer *peer, u_char **value, size_t *length) {
  DKIM_STAT status;
  const struct request *request = &peer->request;
  DKIM *dkim = dkim_sign(peer->library, (const u_char *)"bench", NULL, peer->key.data,
                         (const u_char *)(request->ed25519 ? ED25519_SELECTOR : RSA_SELECTOR),
                         (const u_char *)SIGNING_DOMAIN,
                         request->header_relaxed ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE,
                         request->body_relaxed ? DKIM_CANON_RELAXED : DKIM_CANON_SIMPLE,
                         request->ed25519 ? DKIM_SIGN_ED25519SHA256 : DKIM_SIGN_RSASHA256, -1, &status);
  check(NULL, status, "dkim_sign");
  feed(dkim, &peer->message);
  check(dkim, dkim_eom(dkim, NULL), "dkim_eom");
  check(dkim, dkim_getsighdr_d(dkim, strlen(DKIM_SIGNHEADER) + 2, value, length), "dkim_getsighdr_d");
  return dkim;
}

static void sign(void *state) {
  u_char *value;
  size_t length;
  dkim_free(sign_message(state, &value, &length));
}

/* A milter passes the value to the mail server with LF as line end; the message needs CRLF. */
static void emit(struct peer *peer) {
  u_char *value;
  size_t length;
  DKIM *dkim = sign_message(peer, &value, &length);
  printf("%s: ", DKIM_SIGNHEADER);
  for (size_t i = 0; i < length; i++) {
    if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r')) putchar('\r');
    putchar(value[i]);
  }
  fputs("\r\n", stdout);
  fwrite(peer->message.bytes.data, 1, peer->message.bytes.length, stdout);
  dkim_free(dkim);
}

static void prepare(struct peer *peer) {
  peer->library = dkim_init(NULL, NULL);
  if (!peer->library) bench_fail("dkim_init");
  if (peer->request.mode == MODE_VERIFY) {
    record = bench_key_record(peer->request.ed25519);
    check(NULL, dkim_set_key_lookup(peer->library, look_up), "dkim_set_key_lookup");
    return;
  }
  peer->key = bench_private_key(peer->request.ed25519);
  check(NULL,
        dkim_options(peer->library, DKIM_OP_SETOPT, DKIM_OPTS_SIGNHDRS, (void *)signed_fields, sizeof(u_char **)),
        "sign these fields");
}

/* batch rsa|ed: reads and verifies the files named on standard input, one per line. */
static void verify_files(struct peer *peer) {
  double cpu = bench_cpu(), wall = bench_wall();
  long base_kb = bench_peak_kb();
  unsigned long n = 0;
  char line[8192];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    peer->message = bench_split(bench_read(line));
    verify(peer);
    free(peer->message.fields), free(peer->message.bytes.data);
    n++;
  }
  bench_print(n, bench_cpu() - cpu, bench_wall() - wall, base_kb);
}

int main(int argc, char **argv) {
  struct peer peer = {.library = NULL};
  if (argc == 2 && strcmp(argv[1], "version") == 0) {
    uint32_t v = dkim_libversion();
    return printf("%u.%u.%u\n", v >> 24, v >> 16 & 0xff, v >> 8 & 0xff) < 0;
  }
  if (argc == 3 && strcmp(argv[1], "batch") == 0) {
    bench_combination("r/r", argv[2], &peer.request);
    peer.request.mode = MODE_VERIFY;
    prepare(&peer);
    verify_files(&peer);
    return 0;
  }
  peer.request = bench_request(argc, argv);
  prepare(&peer);
  peer.message = bench_split(bench_read(peer.request.path));
  if (peer.request.mode == MODE_EMIT) emit(&peer);
  else bench_measure(&peer.request, bench_peak_kb(), peer.request.mode == MODE_SIGN ? sign : verify, &peer);
  return 0;
}
