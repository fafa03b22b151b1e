#pragma once

#include <memory>
#include <string>

#include "usage/base/clock.h"
#include "usage/send/credentials.h"
#include "usage/send/transport.h"

namespace usage {

struct CurlOptions {
  std::string base_url;                         // checked by check_base_url
  Duration timeout = std::chrono::seconds(60);  // whole transfer; a short one manufactures `unknown`
  Duration connect_timeout = std::chrono::seconds(10);
  unsigned max_in_flight = 10;
  bool fresh_connections = false;
  std::string proxy;    // empty: none, whatever the environment says
  std::string ca_file;  // empty: the system's
  // poll() returns at once for as long as this is readable (a signal came): whoever owns it reads it empty. -1: none.
  int wake_fd = -1;
};

// https, or http to loopback only; a host, an optional port and path, no user, query or fragment; UsageError (exit 2)
// otherwise. Returns the one spelling that each endpoint has (it is part of a charge's scope): scheme and host in lower
// case, no default port, no trailing slash. Throws the same for what cannot be brought to it ("127.1", "%7E", "/../").
std::string check_base_url(std::string_view text);

std::string curl_version_text();  // of the library in use

// libcurl's multi interface with every setting that keeps it from sending a POST twice. Nothing of the environment is
// obeyed (proxies, .netrc, certificates). The constructor throws UsageError for a proxy or CA file that cannot be used
// and for a libcurl below kOldestLibcurl. start() throws std::logic_error for an attempt that was started before or
// whose number is below one that was, or a URL outside of base_url. Transfers that have not ended when it is destroyed
// are cut.
class CurlTransport final : public Transport {
 public:
  CurlTransport(CurlOptions options, const Credentials& credentials, const Clock& clock);
  ~CurlTransport() override;
  void start(AttemptId attempt, const std::string& url, std::string body) override;
  std::vector<FinishedTransfer> poll(SteadyTime until) override;
  void leave_connection(int connection) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace usage
