#include "usage/base/digest.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <span>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "usage/base/text.h"

namespace usage {
namespace {

void fill_random(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "cannot read random bytes");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

void require(int openssl_result) {
  if (openssl_result != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  require(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size));
  return hex_of(std::string_view(digest).substr(0, size));
}

std::string digest_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes(1 << 20);
  Sha256 digest;
  while (file) {
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    digest.add({bytes.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (!file.eof()) throw std::system_error(errno, std::generic_category(), path.string());
  return digest.hex();
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a zero
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::uint64_t random_seed() {
  std::array<char, 8> bytes{};
  fill_random(bytes);
  std::uint64_t seed = 0;
  for (char byte : bytes) seed = (seed << 8) | static_cast<unsigned char>(byte);
  return seed;
}

std::string random_hex(std::size_t bytes) {
  std::string random(bytes, '\0');
  fill_random(random);
  return hex_of(random);
}

}  // namespace usage
