#include "usage/send/endpoint_check.h"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "connection_fault.h"
#include "curl_settings.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kDate = "date:";
constexpr std::size_t kMaxDate = 100;

// Of fixed size: an exception must not pass through libcurl.
struct Reply {
  std::array<char, kMaxDate> date{};
  std::size_t date_size = 0;
};

bool is_date(std::string_view line) {
  return line.size() >= kDate.size() && ascii_equal_ignoring_case(line.substr(0, kDate.size()), kDate);
}

std::size_t take_header(char* bytes, std::size_t one, std::size_t size, void* to) {
  const std::string_view line(bytes, size * one);
  Reply& reply = *static_cast<Reply*>(to);
  if (is_date(line)) {
    const std::string_view value = line.substr(kDate.size(), kMaxDate);
    reply.date_size = trim_blanks(value.substr(0, value.find_first_of("\r\n"))).copy(reply.date.data(), kMaxDate);
  }
  return size * one;
}

bool is_past(CURL* easy, CURLINFO moment) {
  curl_off_t microseconds = 0;
  return curl_easy_getinfo(easy, moment, &microseconds) == CURLE_OK && microseconds > 0;
}

bool is_of_tls(CURLcode code) {
  return connection_fault(code) == TransportFault::kBadCertificate || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CIPHER;
}

// libcurl keeps no time of a connection whose handshake fails.
EndpointStage stage_of(CURL* easy, CURLcode code) {
  if (code == CURLE_OK) return EndpointStage::kAnswered;
  if (is_of_tls(code)) return EndpointStage::kConnected;
  if (is_past(easy, CURLINFO_APPCONNECT_TIME_T)) return EndpointStage::kSecured;
  if (is_past(easy, CURLINFO_CONNECT_TIME_T)) return EndpointStage::kConnected;
  if (is_past(easy, CURLINFO_NAMELOOKUP_TIME_T)) return EndpointStage::kResolved;
  return EndpointStage::kNothing;
}

// Without what a usage request carries.
void ask_for_nothing(CURL* easy) {
  for (const CURLoption secret : {CURLOPT_USERNAME, CURLOPT_PASSWORD})
    curl_easy_setopt(easy, secret, static_cast<const char*>(nullptr));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
}

std::string words_of(CURLcode code, const char* details) {
  const std::string_view words = details[0] == '\0' ? curl_easy_strerror(code) : details;
  return clean_text(words, CURL_ERROR_SIZE);
}

}  // namespace

EndpointAnswer ask_endpoint(const CurlOptions& options, const Clock& clock) {
  const CurlSettings settings(options, Credentials{});
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(settings.new_handle(), curl_easy_cleanup);
  const std::string url = options.base_url + "/";
  std::array<char, CURL_ERROR_SIZE> details{};
  Reply reply;
  ask_for_nothing(easy.get());
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &reply);

  EndpointAnswer answer;
  answer.asked_at = clock.wall_now();
  const CURLcode code = curl_easy_perform(easy.get());
  answer.answered_at = clock.wall_now();
  answer.stage = stage_of(easy.get(), code);
  if (code != CURLE_OK) {
    answer.failure = words_of(code, details.data());
    answer.fault = connection_fault(code);
  }
  const char* address = nullptr;
  if (curl_easy_getinfo(easy.get(), CURLINFO_PRIMARY_IP, &address) == CURLE_OK && address != nullptr)
    answer.address = address;
  long proxy_status = 0;
  if (curl_easy_getinfo(easy.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status) == CURLE_OK && proxy_status >= 300)
    answer.proxy_status = static_cast<int>(proxy_status);
  long status = 0;
  if (curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
    answer.http_status = static_cast<int>(status);
  answer.date = parse_http_date({reply.date.data(), reply.date_size}, answer.answered_at);
  return answer;
}

}  // namespace usage
