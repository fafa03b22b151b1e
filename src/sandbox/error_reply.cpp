#include "error_reply.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "usage/base/json_writer.h"

namespace usage::sandbox {
namespace {

struct KnownStatus {
  int status;
  int code;
  std::string_view message;
};

constexpr std::array<KnownStatus, 11> kKnownStatuses{{
    {400, 20001, "Invalid or missing parameters"},
    {401, 20003, "Authentication Error - invalid username"},
    {403, 20403, "Manual reporting is not enabled for this listing"},
    {404, 20404, "The requested resource was not found"},
    {405, 20004, "Method not allowed"},
    {408, 20408, "Request timeout"},
    {409, 20409, "Conflict"},
    {422, 20422, "Unprocessable entity"},
    {429, 20429, "Too Many Requests"},
    {500, 20500, "Error received while generating a billing event"},
    {503, 20503, "Service Unavailable"},
}};

const KnownStatus* known_status(int status) {
  const auto found = std::find_if(kKnownStatuses.begin(), kKnownStatuses.end(),
                                  [&](const KnownStatus& known) { return known.status == status; });
  return found == kKnownStatuses.end() ? nullptr : found;
}

std::string message_of(const Fault& fault) {
  if (!fault.message.empty()) return fault.message;
  const KnownStatus* known = known_status(fault.status);
  return known != nullptr ? std::string(known->message) : "Error " + std::to_string(fault.status);
}

// The shape of Twilio's older APIs, and with httpStatusCode that of the newer ones.
std::string twilio_body(const Fault& fault, const std::string& message, const char* status_member) {
  const int code = twilio_code(fault.status);
  JsonWriter json;
  json.begin_object().key("code").value(code).key("message").value(message);
  json.key("more_info").value("https://www.twilio.com/docs/errors/" + std::to_string(code));
  json.key(status_member).value(fault.status).end_object();
  return json.text();
}

std::string rfc9457_body(const Fault& fault, const std::string& message) {
  JsonWriter json;
  json.begin_object().key("type").value("https://www.twilio.com/docs/errors/" +
                                        std::to_string(twilio_code(fault.status)));
  json.key("title").value(message).key("status").value(fault.status);
  json.key("detail").value("The request was refused by the sandbox").end_object();
  return json.text();
}

void set_body(Reply& reply, const Fault& fault) {
  const std::string message = message_of(fault);
  switch (fault.error_body) {
    case ErrorBody::kTwilio:
      reply.body = twilio_body(fault, message, "status");
      return;
    case ErrorBody::kHttpStatusCode:
      reply.body = twilio_body(fault, message, "httpStatusCode");
      return;
    case ErrorBody::kRfc9457:
      reply.content_type = "application/problem+json";
      reply.body = rfc9457_body(fault, message);
      return;
    case ErrorBody::kPlainText:
      reply.content_type = "text/plain";
      reply.body = message + "\n";
      return;
    case ErrorBody::kHtml:
      reply.content_type = "text/html";
      reply.body = "<html><head><title>" + message + "</title></head><body><h1>" + message + "</h1></body></html>\n";
      return;
    case ErrorBody::kEmpty:
      return;
  }
}

std::string http_date(WallTime time) {  // RFC 9110 section 5.6.7; the C locale's names
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace

int twilio_code(int status) {
  const KnownStatus* known = known_status(status);
  return known != nullptr ? known->code : 20000 + status;
}

Reply compose_error(const Fault& fault, WallTime now) {
  Reply reply;
  reply.status = fault.status;
  if (fault.status != 204 && fault.status != 304)
    set_body(reply, fault);  // those have no body (RFC 9110 section 6.4.1)
  if (!fault.retry_after.empty()) reply.headers.emplace_back("Retry-After", fault.retry_after);
  if (fault.retry_after_date) reply.headers.emplace_back("Retry-After", http_date(now + *fault.retry_after_date));
  return reply;
}

}  // namespace usage::sandbox
