#include "base/digest.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/mem.h"

struct digest {
  EVP_MD_CTX *context;
};

static void to_hex(const unsigned char *bytes, size_t count, char hex_out[DIGEST_HEX_MAX]) {
  static const char digits[] = "0123456789abcdef";
  CHECK(count * 2 < DIGEST_HEX_MAX);
  for (size_t i = 0; i < count; i++) {
    hex_out[2 * i] = digits[bytes[i] >> 4];
    hex_out[2 * i + 1] = digits[bytes[i] & 15];
  }
  hex_out[2 * count] = 0;
}

struct digest *digest_new(void) {
  struct digest *digest = mem_alloc(sizeof *digest);
  digest->context = EVP_MD_CTX_new();
  CHECK(digest->context && EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) == 1);
  return digest;
}

void digest_add(struct digest *digest, struct span bytes) {
  CHECK(EVP_DigestUpdate(digest->context, bytes.data, bytes.len) == 1);
}

void digest_hex(const struct digest *digest, char hex_out[DIGEST_HEX_MAX]) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int count = 0;
  EVP_MD_CTX *copy = EVP_MD_CTX_new(); /* so that adding may go on */
  CHECK(copy && EVP_MD_CTX_copy_ex(copy, digest->context) == 1);
  CHECK(EVP_DigestFinal_ex(copy, bytes, &count) == 1);
  EVP_MD_CTX_free(copy);
  to_hex(bytes, count, hex_out);
}

void digest_free(struct digest *digest) {
  if (!digest) return;
  EVP_MD_CTX_free(digest->context);
  mem_free(digest);
}

static void digest_once(const EVP_MD *kind, struct span bytes, char hex_out[DIGEST_HEX_MAX]) {
  unsigned char result[EVP_MAX_MD_SIZE];
  unsigned int count = 0;
  CHECK(EVP_Digest(bytes.data, bytes.len, result, &count, kind, NULL) == 1);
  to_hex(result, count, hex_out);
}

void digest_sha256_hex(struct span bytes, char hex_out[DIGEST_HEX_MAX]) {
  digest_once(EVP_sha256(), bytes, hex_out);
}
void digest_md5_hex(struct span bytes, char hex_out[DIGEST_HEX_MAX]) {
  digest_once(EVP_md5(), bytes, hex_out);
}
