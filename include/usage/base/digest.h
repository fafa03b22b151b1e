#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace usage {

// SHA-256 over everything added, as 64 hex digits in lower case.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(std::string_view bytes);
  std::string hex();  // ends the digest; call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Of what a file holds; std::system_error where it cannot be read.
std::string digest_of_file(const std::filesystem::path& path);

std::string base64(std::string_view bytes);  // RFC 4648 section 4, padded

// Bytes from the system's secure random source (for ids, and the seed of the back-off jitter).
std::uint64_t random_seed();
std::string random_hex(std::size_t bytes);

}  // namespace usage
