/*
 * The floor: the minimum work of a signer or verifier on one core. For each message, one memchr pass over its lines,
 * SHA-256 over the canonicalized bytes (header and body), and one public-key operation with a prepared key. Splitting,
 * canonicalizing, building and parsing the signature field are done before the clock starts.
 */
#include "canonical.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct floor {
  struct request request;
  struct message message;
  EVP_MD *sha256;
  EVP_MD_CTX *digest;
  EVP_MD_CTX *ed25519;
  EVP_PKEY *key;
  EVP_PKEY_CTX *rsa;
  struct bytes header; /* canonical, with the signature field */
  struct bytes body;   /* canonical */
  unsigned char body_hash[32];
  unsigned char signature[1024];
  size_t signature_length;
  size_t lines;
};

static void need(bool good, const char *what) {
  if (good) return;
  ERR_print_errors_fp(stderr);
  bench_fail("%s", what);
}

static void hash(struct floor *floor, struct bytes bytes, unsigned char *out) {
  need(EVP_DigestInit_ex2(floor->digest, floor->sha256, NULL) == 1 &&
           EVP_DigestUpdate(floor->digest, bytes.data, bytes.length) == 1 &&
           EVP_DigestFinal_ex(floor->digest, out, NULL) == 1,
       "SHA-256");
}

static size_t count_lines(struct bytes bytes) {
  size_t lines = 0;
  unsigned char *at = bytes.data, *end = bytes.data + bytes.length;
  while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) at++, lines++;
  return lines;
}

static void load_private(struct floor *floor) {
  struct bytes text = bench_private_key(floor->request.ed25519);
  BIO *bio = BIO_new_mem_buf(text.data, (int)text.length);
  floor->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  BIO_free(bio);
  free(text.data);
  need(floor->key != NULL, "private key");
}

static void load_public(struct floor *floor) {
  struct bytes text = bench_key_record(floor->request.ed25519);
  const char *p = strstr((char *)text.data, "p=");
  need(p != NULL, "p= in the key record");
  unsigned char der[1024];
  size_t length = strcspn(p + 2, "; ");
  need(length < 1024, "size of p=");
  int size = EVP_DecodeBlock(der, (const unsigned char *)p + 2, (int)length);
  const unsigned char *at = der;
  if (floor->request.ed25519) floor->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, der, 32);
  else floor->key = d2i_PUBKEY(NULL, &at, size);
  free(text.data);
  need(floor->key != NULL, "public key");
}

static void prepare_rsa(struct floor *floor, bool sign) {
  floor->rsa = EVP_PKEY_CTX_new_from_pkey(NULL, floor->key, NULL);
  need(floor->rsa && (sign ? EVP_PKEY_sign_init(floor->rsa) : EVP_PKEY_verify_init(floor->rsa)) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(floor->rsa, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(floor->rsa, floor->sha256) == 1,
       "prepare the key");
}

static void prepare(struct floor *floor) {
  floor->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  floor->digest = EVP_MD_CTX_new();
  floor->ed25519 = EVP_MD_CTX_new();
  bool sign = floor->request.mode != MODE_VERIFY;
  if (sign) load_private(floor);
  else load_public(floor);
  if (!floor->request.ed25519) prepare_rsa(floor, sign);
  else
    need((sign ? EVP_DigestSignInit : EVP_DigestVerifyInit)(floor->ed25519, NULL, NULL, NULL, floor->key) == 1,
         "prepare the key");
}

/* An Init without a key starts again with the previous key. */
static void sign_digest(struct floor *floor, const unsigned char *digest) {
  floor->signature_length = sizeof floor->signature;
  if (floor->request.ed25519)
    need(EVP_DigestSignInit(floor->ed25519, NULL, NULL, NULL, NULL) == 1 &&
             EVP_DigestSign(floor->ed25519, floor->signature, &floor->signature_length, digest, 32) == 1,
         "ed25519 sign");
  else
    need(EVP_PKEY_sign(floor->rsa, floor->signature, &floor->signature_length, digest, 32) == 1, "rsa sign");
}

static void verify_digest(struct floor *floor, const unsigned char *digest) {
  if (floor->request.ed25519)
    need(EVP_DigestVerifyInit(floor->ed25519, NULL, NULL, NULL, NULL) == 1 &&
             EVP_DigestVerify(floor->ed25519, floor->signature, floor->signature_length, digest, 32) == 1,
         "the signature does not verify");
  else
    need(EVP_PKEY_verify(floor->rsa, floor->signature, floor->signature_length, digest, 32) == 1,
         "the signature does not verify");
}

/* The measured work of one message. */
static void work(void *state) {
  struct floor *floor = state;
  unsigned char digest[32];
  floor->lines += count_lines(floor->message.bytes);
  hash(floor, floor->body, digest);
  need(memcmp(digest, floor->body_hash, sizeof digest) == 0, "the body hash differs");
  hash(floor, floor->header, digest);
  if (floor->request.mode == MODE_VERIFY) verify_digest(floor, digest);
  else sign_digest(floor, digest);
}

static void prepare_verifying(struct floor *floor) {
  size_t i = 0;
  while (i < floor->message.field_count && !bench_is_named(&floor->message.fields[i], "dkim-signature")) i++;
  need(i < floor->message.field_count, "no signature in the message");
  const struct field *field = &floor->message.fields[i];
  struct bytes names = tag_value(field, 'c', 0), body_hash = tag_value(field, 'b', 'h'), b = tag_value(field, 'b', 0);
  char want[32];
  snprintf(want, sizeof want, "%s/%s", floor->request.header_relaxed ? "relaxed" : "simple",
           floor->request.body_relaxed ? "relaxed" : "simple");
  need(strcmp((char *)names.data, want) == 0, "the signature's c= is not the asked one");
  unsigned char hash[64];
  need(body_hash.length == 44 && EVP_DecodeBlock(hash, body_hash.data, 44) == 33, "bh=");
  memcpy(floor->body_hash, hash, 32);
  need(b.length < sizeof floor->signature, "size of b=");
  int size = EVP_DecodeBlock(floor->signature, b.data, (int)b.length);
  need(size > 0, "b=");
  floor->signature_length = (size_t)size - (b.data[b.length - 1] == '=') - (b.data[b.length - 2] == '=');
  floor->header = canonical_header(&floor->message, field, floor->request.header_relaxed);
  free(names.data), free(body_hash.data), free(b.data);
}

/* Returns the field up to `b=`. */
static struct bytes prepare_signing(struct floor *floor) {
  unsigned char body_hash[64];
  hash(floor, floor->body, floor->body_hash);
  EVP_EncodeBlock(body_hash, floor->body_hash, 32);
  struct bytes field = unsigned_field(&floor->message, &floor->request, (char *)body_hash);
  struct field split = {field.data, field.length, strlen("DKIM-Signature")};
  floor->header = canonical_header(&floor->message, &split, floor->request.header_relaxed);
  return field;
}

static void emit(struct floor *floor, struct bytes field, FILE *out) {
  unsigned char text[2048];
  work(floor);
  size_t length = (size_t)EVP_EncodeBlock(text, floor->signature, (int)floor->signature_length);
  fwrite(field.data, 1, field.length, out);
  for (size_t at = 0; at < length; at += 70)
    fprintf(out, "%s%.*s", at ? "\r\n\t" : "", (int)(length - at < 70 ? length - at : 70), text + at);
  fputs("\r\n", out);
  fwrite(floor->message.bytes.data, 1, floor->message.bytes.length, out);
}

static struct bytes load(struct floor *floor, const char *path) {
  floor->message = bench_split(bench_read(path));
  floor->body = canonical_body(floor->message.body, floor->request.body_relaxed);
  if (floor->request.mode != MODE_VERIFY) return prepare_signing(floor);
  prepare_verifying(floor);
  return (struct bytes){0};
}

/* batch HC/BC rsa|ed: signs the files named on standard input, one line with IN TAB OUT for each. */
static void sign_files(struct floor *floor) {
  char line[8192];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *tab = strchr(line, '\t');
    need(tab != NULL, "a line is IN TAB OUT");
    *tab = 0;
    struct bytes field = load(floor, line);
    FILE *out = fopen(tab + 1, "wb");
    if (!out) bench_fail("cannot write %s", tab + 1);
    emit(floor, field, out);
    need(fclose(out) == 0, "write");
    free(field.data), free(floor->header.data), free(floor->body.data);
    free(floor->message.fields), free(floor->message.bytes.data);
  }
}

int main(int argc, char **argv) {
  struct floor floor = {.signature_length = 0};
  if (argc == 2 && strcmp(argv[1], "version") == 0) return puts(OpenSSL_version(OPENSSL_VERSION_STRING)) < 0;
  if (argc == 4 && strcmp(argv[1], "batch") == 0) {
    bench_combination(argv[2], argv[3], &floor.request);
    prepare(&floor);
    sign_files(&floor);
    return 0;
  }
  floor.request = bench_request(argc, argv);
  prepare(&floor);
  struct bytes field = load(&floor, floor.request.path);
  if (floor.request.mode == MODE_EMIT) emit(&floor, field, stdout);
  else bench_measure(&floor.request, bench_peak_kb(), work, &floor);
  return 0;
}
