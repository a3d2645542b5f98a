/* A simple RFC 6376 §3.4 canonicalizer and signature field, to prepare the floor's input; never measured. */
#ifndef CANONICAL_H
#define CANONICAL_H

#include "bench.h"

void append(struct octets *to, const void *data, size_t length);
void append_text(struct octets *to, const char *text);

struct octets canonical_body(struct octets body, bool relaxed);

/* Canonicalizes one field; the caller must append the CRLF. */
void canonical_field(struct octets *to, const struct field *field, bool relaxed);

/* Canonicalizes the fields that h= names (bottom up, each once), then `signature` with an empty b= and no CRLF. */
struct octets canonical_header(const struct message *message, const struct field *signature, bool relaxed);

/* Builds the signature field up to and including `b=`. */
struct octets unsigned_field(const struct message *message, const struct request *request, const char *body_hash);

/* Returns the value of a tag of a signature field without white space, NUL-terminated; empty if the tag is missing. */
struct octets tag_value(const struct field *signature, char first, char second);

#endif
