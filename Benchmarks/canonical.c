#define _GNU_SOURCE
#include "canonical.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void append(struct bytes *to, const void *data, size_t length) {
  /* The size grows in powers of two; the bytes after `length` are unused. */
  size_t need = to->length + length + 1, room = to->data ? 64 : 0;
  while (room != 0 && room < to->length + 1) room *= 2;
  if (need > room) {
    for (room = room ? room : 64; room < need;) room *= 2;
    to->data = realloc(to->data, room);
    if (!to->data) bench_fail("no memory");
  }
  memcpy(to->data + to->length, data, length);
  to->length += length;
  to->data[to->length] = 0;
}

void append_text(struct bytes *to, const char *text) { append(to, text, strlen(text)); }

static bool is_blank(unsigned char byte) { return byte == ' ' || byte == '\t'; }

/* One line without its CRLF: runs of blanks become one blank, and trailing blanks are removed. RFC 6376 §3.4.4 */
static void relaxed_line(struct bytes *to, const unsigned char *line, size_t length) {
  while (length > 0 && is_blank(line[length - 1])) length--;
  for (size_t i = 0; i < length;) {
    size_t run = i;
    while (run < length && is_blank(line[run])) run++;
    if (run > i) append(to, " ", 1);
    i = run;
    while (run < length && !is_blank(line[run])) run++;
    append(to, line + i, run - i);
    i = run;
  }
}

struct bytes canonical_body(struct bytes body, bool relaxed) {
  struct bytes result = {0};
  append(&result, "", 0);
  unsigned char *line = body.data, *end = body.data + body.length;
  size_t kept = 0; /* length up to the end of the last line that is not empty */
  while (line < end) {
    unsigned char *newline = memmem(line, (size_t)(end - line), "\r\n", 2);
    size_t length = (size_t)((newline ? newline : end) - line), before = result.length;
    if (relaxed) relaxed_line(&result, line, length);
    else append(&result, line, length);
    bool empty = result.length == before;
    append(&result, "\r\n", 2);
    if (!empty) kept = result.length;
    line = newline ? newline + 2 : end;
  }
  result.length = kept;
  if (kept == 0 && !relaxed) append(&result, "\r\n", 2);
  return result;
}

void canonical_field(struct bytes *to, const struct field *field, bool relaxed) {
  if (!relaxed) {
    append(to, field->data, field->length);
    return;
  }
  for (size_t i = 0; i < field->name_length; i++)
    if (!is_blank(field->data[i])) append(to, &(char){(char)tolower(field->data[i])}, 1);
  append(to, ":", 1);
  struct bytes unfolded = {0};
  append(&unfolded, "", 0);
  for (size_t i = field->name_length + 1; i < field->length; i++)
    if (field->data[i] != '\r' && field->data[i] != '\n') append(&unfolded, field->data + i, 1);
  size_t start = 0;
  while (start < unfolded.length && is_blank(unfolded.data[start])) start++;
  relaxed_line(to, unfolded.data + start, unfolded.length - start);
  free(unfolded.data);
}

/* Finds the value of a tag: from after `=` to before `;` or the end. */
static bool find_tag(const struct field *signature, char first, char second, size_t *start, size_t *end) {
  for (size_t i = signature->name_length + 1; i < signature->length;) {
    while (i < signature->length && isspace(signature->data[i])) i++;
    size_t equals = i, stop;
    while (equals < signature->length && signature->data[equals] != '=') equals++;
    for (stop = equals; stop < signature->length && signature->data[stop] != ';';) stop++;
    size_t length = second ? 2 : 1;
    if (equals - i == length && signature->data[i] == first && (!second || signature->data[i + 1] == second)) {
      *start = equals + 1;
      *end = stop;
      return true;
    }
    i = stop + 1;
  }
  return false;
}

struct bytes tag_value(const struct field *signature, char first, char second) {
  struct bytes value = {0};
  append(&value, "", 0);
  size_t start, end;
  if (!find_tag(signature, first, second, &start, &end)) return value;
  for (size_t i = start; i < end; i++)
    if (!isspace(signature->data[i])) append(&value, signature->data + i, 1);
  return value;
}

static void append_named(struct bytes *to, const struct message *message, const char *name, bool *taken,
                         bool relaxed) {
  for (size_t i = message->field_count; i > 0; i--) {
    if (taken[i - 1] || !bench_is_named(&message->fields[i - 1], name)) continue;
    taken[i - 1] = true;
    canonical_field(to, &message->fields[i - 1], relaxed);
    append(to, "\r\n", 2);
    return;
  }
}

struct bytes canonical_header(const struct message *message, const struct field *signature, bool relaxed) {
  struct bytes result = {0}, names = tag_value(signature, 'h', 0), emptied = {0};
  bool *taken = calloc(message->field_count + 1, sizeof *taken);
  if (!taken) bench_fail("no memory");
  char *rest = (char *)names.data, *name;
  while ((name = strsep(&rest, ":"))) {
    for (char *byte = name; *byte; byte++) *byte = (char)tolower((unsigned char)*byte);
    append_named(&result, message, name, taken, relaxed);
  }
  size_t start, end;
  if (!find_tag(signature, 'b', 0, &start, &end)) bench_fail("a signature without b=");
  append(&emptied, signature->data, start);
  append(&emptied, signature->data + end, signature->length - end);
  canonical_field(&result, &(struct field){emptied.data, emptied.length, signature->name_length}, relaxed);
  free(emptied.data);
  free(names.data);
  free(taken);
  return result;
}

struct bytes unsigned_field(const struct message *message, const struct request *request, const char *body_hash) {
  struct bytes field = {0};
  append_text(&field, "DKIM-Signature: v=1; a=");
  append_text(&field, request->ed25519 ? "ed25519-sha256" : "rsa-sha256");
  append_text(&field, request->header_relaxed ? "; c=relaxed/" : "; c=simple/");
  append_text(&field, request->body_relaxed ? "relaxed" : "simple");
  append_text(&field, "; d=" SIGNING_DOMAIN "; s=");
  append_text(&field, request->ed25519 ? ED25519_SELECTOR : RSA_SELECTOR);
  append_text(&field, ";\r\n\th=");
  size_t line = 3;
  bool any = false;
  for (const char *const *name = signed_fields; *name; name++)
    for (size_t i = 0; i < message->field_count; i++) {
      if (!bench_is_named(&message->fields[i], *name)) continue;
      if (any) append(&field, ":", 1);
      if (line + strlen(*name) > 74) append_text(&field, "\r\n\t "), line = 2;
      append_text(&field, *name);
      line += strlen(*name) + 1;
      any = true;
    }
  append_text(&field, ";\r\n\tbh=");
  append_text(&field, body_hash);
  append_text(&field, ";\r\n\tb=");
  return field;
}
