/* Shared by the measured C programs: the command line, the message, the clock and the result line. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

#define SIGNING_DOMAIN "example.com"
#define RSA_SELECTOR "sel"
#define ED25519_SELECTOR "eds"
#define EXIT_UNSUPPORTED 69 /* EX_UNAVAILABLE: this program does not support the combination */
#define PIECE 65536         /* bytes of body passed at a time, as a milter gets them */

/* The signed fields, in lower case, terminated by NULL. */
extern const char *const signed_fields[];

enum mode { MODE_SIGN, MODE_VERIFY, MODE_EMIT };

struct bytes {
  unsigned char *data;
  size_t length;
};

/* One header field without its last CRLF. */
struct field {
  unsigned char *data;
  size_t length;
  size_t name_length;
};

struct message {
  struct bytes bytes;
  struct field *fields;
  size_t field_count;
  struct bytes body;
};

struct request {
  enum mode mode;
  const char *path;
  bool header_relaxed;
  bool body_relaxed;
  bool ed25519;
  double seconds;
  unsigned long count; /* DKIM_BENCH_COUNT: exactly this many messages; 0: run for `seconds` */
};

_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* PROGRAM sign|verify|emit MESSAGE HC/BC rsa|ed SECONDS */
struct request bench_request(int argc, char **argv);

/* `rr` forms such as "r/s" and the algorithm's name. */
void bench_combination(const char *canonicalization, const char *algorithm, struct request *request);

/* The whole file, followed by a NUL that `length` does not include. */
struct bytes bench_read(const char *path);

/* Splits off the header fields; the caller keeps ownership of `message->bytes`. */
struct message bench_split(struct bytes bytes);

/* True if the name of the field is `name` (lower case). */
bool bench_is_named(const struct field *field, const char *name);

/* Text of the private key, or TXT data of the public key, from `keys/`. */
struct bytes bench_private_key(bool ed25519);
struct bytes bench_key_record(bool ed25519);

/* Calls `work` once without measuring, then for the given time, and prints the result line. */
void bench_measure(const struct request *request, long base_kb, void (*work)(void *), void *state);

double bench_cpu(void);
double bench_wall(void);
long bench_peak_kb(void); /* VmHWM */
void bench_print(unsigned long n, double cpu, double wall, long base_kb);

#endif
