#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char *const signed_fields[] = {
    "from",         "to",           "cc",         "subject",      "date",         "message-id",
    "reply-to",     "in-reply-to",  "references", "mime-version", "content-type", "content-transfer-encoding",
    "list-id",      "list-unsubscribe", NULL};

void bench_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(EXIT_FAILURE);
}

void bench_combination(const char *canonicalization, const char *algorithm, struct request *request) {
  const char *c = canonicalization;
  if (strlen(c) != 3 || c[1] != '/' || !strchr("rs", c[0]) || !strchr("rs", c[2]))
    bench_fail("canonicalization is r/r, r/s, s/r or s/s, not %s", c);
  if (strcmp(algorithm, "rsa") != 0 && strcmp(algorithm, "ed") != 0)
    bench_fail("algorithm is rsa or ed, not %s", algorithm);
  request->header_relaxed = c[0] == 'r';
  request->body_relaxed = c[2] == 'r';
  request->ed25519 = algorithm[0] == 'e';
}

struct request bench_request(int argc, char **argv) {
  struct request request = {.mode = MODE_SIGN};
  if (argc != 6) bench_fail("usage: %s sign|verify|emit MESSAGE HC/BC rsa|ed SECONDS", argv[0]);
  if (strcmp(argv[1], "verify") == 0) request.mode = MODE_VERIFY;
  else if (strcmp(argv[1], "emit") == 0) request.mode = MODE_EMIT;
  else if (strcmp(argv[1], "sign") != 0) bench_fail("unknown mode %s", argv[1]);
  request.path = argv[2];
  bench_combination(argv[3], argv[4], &request);
  request.seconds = strtod(argv[5], NULL);
  const char *count = getenv("DKIM_BENCH_COUNT");
  if (count) request.count = strtoul(count, NULL, 10);
  return request;
}

struct bytes bench_read(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) bench_fail("cannot open %s: %m", path);
  if (fseek(file, 0, SEEK_END) != 0) bench_fail("cannot seek in %s: %m", path);
  long length = ftell(file);
  rewind(file);
  if (length < 0) bench_fail("cannot determine the size of %s: %m", path);
  struct bytes bytes = {malloc((size_t)length + 1), (size_t)length};
  if (!bytes.data) bench_fail("no memory for %s", path);
  if (fread(bytes.data, 1, bytes.length, file) != bytes.length) bench_fail("cannot read %s", path);
  bytes.data[bytes.length] = 0;
  fclose(file);
  return bytes;
}

static void add_field(struct message *message, unsigned char *start, unsigned char *end) {
  unsigned char *colon = memchr(start, ':', (size_t)(end - start));
  if (!colon) bench_fail("a header line without a colon");
  message->fields = realloc(message->fields, (message->field_count + 1) * sizeof(struct field));
  if (!message->fields) bench_fail("no memory for the header fields");
  message->fields[message->field_count++] =
      (struct field){start, (size_t)(end - start), (size_t)(colon - start)};
}

struct message bench_split(struct bytes bytes) {
  struct message message = {.bytes = bytes};
  unsigned char *end = bytes.data + bytes.length, *start = bytes.data, *line = bytes.data;
  while (line < end) {
    unsigned char *newline = memchr(line, '\n', (size_t)(end - line));
    if (!newline || newline == bytes.data || newline[-1] != '\r') bench_fail("a header line without CRLF");
    bool blank = newline - line == 1, folded = line[0] == ' ' || line[0] == '\t';
    if (line > start && !folded) {
      add_field(&message, start, line - 2);
      start = line;
    }
    line = newline + 1;
    if (blank) break;
  }
  message.body = (struct bytes){line, (size_t)(end - line)};
  return message;
}

bool bench_is_named(const struct field *field, const char *name) {
  return strlen(name) == field->name_length && strncasecmp((char *)field->data, name, field->name_length) == 0;
}

struct bytes bench_private_key(bool ed25519) { return bench_read(ed25519 ? "keys/ed25519.pem" : "keys/rsa2048.pem"); }

struct bytes bench_key_record(bool ed25519) {
  struct bytes record = bench_read(ed25519 ? "keys/ed25519.txt" : "keys/rsa2048.txt");
  while (record.length > 0 && strchr("\r\n", record.data[record.length - 1])) record.data[--record.length] = 0;
  return record;
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
double bench_wall(void) { return seconds(CLOCK_MONOTONIC); }

long bench_peak_kb(void) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  long peak = 0;
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
  if (file) fclose(file);
  return peak;
}

void bench_print(unsigned long n, double cpu, double wall, long base_kb) {
  printf("{\"n\":%lu,\"cpu\":%.6f,\"wall\":%.6f,\"rss_kb\":%ld,\"base_kb\":%ld}\n", n, cpu, wall, bench_peak_kb(),
         base_kb);
}

void bench_measure(const struct request *request, long base_kb, void (*work)(void *), void *state) {
  work(state); /* the first message includes the time for lazy loading */
  unsigned long n = 0;
  double cpu = bench_cpu(), wall = bench_wall();
  do {
    work(state);
    n++;
  } while (request->count > 0 ? n < request->count : bench_wall() - wall < request->seconds);
  bench_print(n, bench_cpu() - cpu, bench_wall() - wall, base_kb);
}
