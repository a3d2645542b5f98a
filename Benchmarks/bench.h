/* Shared by the measured C programs: the command line, the message, the clock and the result line. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

#define SIGNING_DOMAIN "example.com"
#define RSA_SELECTOR "sel"
#define ED25519_SELECTOR "eds"
#define EXIT_UNSUPPORTED 69 /* EX_UNAVAILABLE: this program does not support the requested combination */
#define PIECE 65536         /* bytes of the body per call, as a milter gets them */

/* The signed fields, in lower case, terminated by NULL. */
extern const char *const signed_fields[];

enum mode { MODE_SIGN, MODE_VERIFY, MODE_EMIT };

struct octets {
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
  struct octets octets;
  struct field *fields;
  size_t field_count;
  struct octets body;
};

struct request {
  enum mode mode;
  const char *path;
  bool header_relaxed;
  bool body_relaxed;
  bool ed25519;
  double seconds;
  unsigned long count; /* DKIM_BENCH_COUNT: the exact number of messages; 0: for `seconds` */
};

_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* PROGRAM sign|verify|emit MESSAGE HC/BC rsa|ed SECONDS */
struct request bench_request(int argc, char **argv);

/* Parses a canonicalization such as "r/s" and the name of the algorithm. */
void bench_combination(const char *canonicalization, const char *algorithm, struct request *request);

/* Reads the whole file and appends a NUL, which `length` does not include. */
struct octets bench_read(const char *path);

/* Splits the message into header fields and body; the caller still owns `message->octets`. */
struct message bench_split(struct octets octets);

/* Returns whether the field's name is `name` (lower case). */
bool bench_is_named(const struct field *field, const char *name);

/* Read the text of the private key, or the TXT data of the public key, from `keys/`. */
struct octets bench_private_key(bool ed25519);
struct octets bench_key_record(bool ed25519);

/* Runs `work` once without measuring, then for the requested time, and prints the result line. */
void bench_measure(const struct request *request, long base_kb, void (*work)(void *), void *state);

double bench_cpu(void);
double bench_wall(void);
long bench_peak_kb(void); /* VmHWM */
void bench_print(unsigned long n, double cpu, double wall, long base_kb);

#endif
