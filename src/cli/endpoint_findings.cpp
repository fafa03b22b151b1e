#include "endpoint_findings.h"

#include "usage/base/text.h"
#include "usage/send/endpoint_check.h"

namespace usage {
namespace {

constexpr std::chrono::seconds kClockMayDiffer{30};

Error unreachable(const EndpointAnswer& answer, const std::string& what, const std::string& remedy) {
  return Error(ExitStatus::kStopped, "endpoint", what + ": " + answer.failure, remedy);
}

Finding name_finding(const EndpointAnswer& answer, const std::string& host) {
  if (answer.stage >= EndpointStage::kResolved) return ok("endpoint-name", host + " is known");
  return failed("endpoint-name", unreachable(answer, "the name of " + host + " cannot be looked up",
                                             "check the network and DNS of this machine, --base-url and --proxy"));
}

Finding connection_finding(const EndpointAnswer& answer, const std::string& host) {
  if (answer.stage >= EndpointStage::kConnected)
    return ok("endpoint-connection", "to " + host + (answer.address.empty() ? "" : " at " + answer.address));
  return failed("endpoint-connection",
                unreachable(answer, "no connection to " + host, "check the firewall of this machine, and --proxy"));
}

std::string tls_remedy(TransportFault fault) {
  if (fault == TransportFault::kBadCertificate)
    return "check this machine's clock and ca-certificates; behind a proxy that opens TLS, give its certificate with "
           "--ca-file";
  if (fault == TransportFault::kLocalConfiguration)
    return "check whether --ca-file names no certificate, or this machine's OpenSSL and ca-certificates are damaged";
  return "TLS 1.2 or newer is needed: check --base-url and what stands between";
}

Finding tls_finding(const EndpointAnswer& answer, const std::string& base_url) {
  if (!base_url.starts_with("https://")) return ok("endpoint-tls", "not used: http to this machine");
  if (answer.stage >= EndpointStage::kSecured) return ok("endpoint-tls", "the certificate is trusted and of this name");
  return failed("endpoint-tls", unreachable(answer, "no secure connection", tls_remedy(answer.fault)));
}

Finding answer_finding(const EndpointAnswer& answer) {
  if (answer.stage == EndpointStage::kAnswered)
    return ok("endpoint-answer",
              "status " + std::to_string(answer.http_status) + " to a request without credentials; nothing was billed");
  return failed("endpoint-answer", unreachable(answer, "no answer", "try again; check --timeout and --proxy"));
}

// The times in the ledger are what Twilio's support searches by.
Finding clock_finding(const EndpointAnswer& answer) {
  if (!answer.date) return ok("clock", "not compared: the endpoint did not tell the time");
  const Duration behind = *answer.date - answer.answered_at;
  const Duration ahead = answer.asked_at - (*answer.date + std::chrono::seconds(1));
  const Duration off = std::max(behind, ahead);
  if (off <= kClockMayDiffer) return ok("clock", "agrees with the endpoint's");
  return warning("clock",
                 "this machine's clock is " + duration_text(off) + (off == ahead ? " ahead of" : " behind") +
                     " the endpoint's: the times in the ledger would be wrong by as much",
                 "set it, and keep it set (NTP)");
}

}  // namespace

std::vector<Finding> look_at_endpoint(const CurlOptions& options, const Clock& clock) {
  const std::string host = clean_text(host_of(options.base_url));
  EndpointAnswer answer;
  try {
    answer = ask_endpoint(options, clock);
  } catch (const Error& error) {
    return {failed("endpoint", error)};
  }
  if (answer.proxy_status != 0)
    return {
        failed("proxy", unreachable(answer, "the proxy does not let through to " + host,
                                    answer.proxy_status == 407 ? "give its user and password in USAGE_UPLOADER_PROXY"
                                                               : "ask whoever runs it, or check --proxy"))};
  std::vector<Finding> findings;
  const auto go_on = [&](Finding finding) {
    findings.push_back(std::move(finding));
    return findings.back().state != FindingState::kFailed;
  };
  if (go_on(name_finding(answer, host)) && go_on(connection_finding(answer, host)) &&
      go_on(tls_finding(answer, options.base_url)) && go_on(answer_finding(answer)))
    findings.push_back(clock_finding(answer));
  return findings;
}

}  // namespace usage
