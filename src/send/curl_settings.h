// What is the same for every transfer. curl.h stays out of here: its CURL* is a void*.
#pragma once

#include <memory>

#include "usage/send/curl_transport.h"

namespace usage {

class CurlSettings {
 public:
  // UsageError where an option cannot be used (proxy, CA file) or this libcurl is too old.
  CurlSettings(const CurlOptions& options, const Credentials& credentials);
  ~CurlSettings();

  // A handle with everything but what belongs to one transfer; the caller cleans it up, before these settings go.
  void* new_handle() const;

 private:
  struct Prototype;
  std::unique_ptr<Prototype> prototype_;  // holds the secret, in libcurl's memory alone
};

}  // namespace usage
