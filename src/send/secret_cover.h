#pragma once

#include <string>
#include <vector>

#include "usage/send/credentials.h"

namespace usage {

// A reply may repeat what it was asked with, as some gateways' error pages do; and replies are kept, shown and passed
// on.
class SecretCover {
 public:
  explicit SecretCover(const Credentials& credentials);
  // Asterisks, as many as there were characters, in place of the secret, as it is and as HTTP sends it.
  void cover(std::string& text) const;

 private:
  std::vector<std::string> forms_;
};

}  // namespace usage
