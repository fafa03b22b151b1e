#include "secret_cover.h"

#include "usage/base/digest.h"

namespace usage {
namespace {

// Of a shorter one, which is none of Twilio's, a reply may hold the letters by chance.
constexpr std::size_t kShortest = 8;

}  // namespace

SecretCover::SecretCover(const Credentials& credentials) {
  if (credentials.secret.size() < kShortest) return;
  std::string sent = base64(credentials.user + ":" + credentials.secret);
  sent.erase(sent.find_last_not_of('=') + 1);
  forms_ = {credentials.secret, std::move(sent)};
}

void SecretCover::cover(std::string& text) const {
  for (const std::string& form : forms_)
    for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at + form.size()))
      text.replace(at, form.size(), form.size(), '*');
}

}  // namespace usage
