/* A simple canonicalizer (RFC 6376 §3.4) and signature field, to prepare the floor; never measured. */
#ifndef CANONICAL_H
#define CANONICAL_H

#include "bench.h"

void append(struct bytes *to, const void *data, size_t length);
void append_text(struct bytes *to, const char *text);

struct bytes canonical_body(struct bytes body, bool relaxed);

/* One field; the caller adds the final CRLF. */
void canonical_field(struct bytes *to, const struct field *field, bool relaxed);

/* The fields named in h= (bottom up, each once), then `signature` with an empty b= and no CRLF. */
struct bytes canonical_header(const struct message *message, const struct field *signature, bool relaxed);

/* The signature field up to and including `b=`. */
struct bytes unsigned_field(const struct message *message, const struct request *request, const char *body_hash);

/* The value of a tag of a signature field without white space; NUL-terminated, empty if missing. */
struct bytes tag_value(const struct field *signature, char first, char second);

#endif
