// The base URL is part of a charge's scope, so each endpoint must have exactly one spelling: what has several is either
// brought to one (letter case, default port, slashes at the end) or refused (percent signs, dot segments, "127.1").
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "usage/base/ascii.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/send/curl_transport.h"

namespace usage {
namespace {

constexpr std::size_t kMaxLength = 2048;
constexpr std::size_t kMaxHostLength = 253;  // RFC 1035 section 2.3.4, as text

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  // What stands before an @ may be a password.
  const std::string shown = text.find('@') == std::string_view::npos ? " \"" + clean_text(text, 200) + "\"" : "";
  throw UsageError("base-url", "the base URL" + shown + " cannot be used: " + why,
                   "give --base-url as https://HOST, or as http://127.0.0.1:PORT for a sandbox on this machine");
}

// Splits off the part before the separator and leaves what follows it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string checked_scheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos) refuse(text, "it does not begin with https://");
  std::string scheme = ascii_lower(text.substr(0, end));
  if (scheme != "https" && scheme != "http") refuse(text, "it does not begin with https://");
  return scheme;
}

std::string checked_ipv6(std::string_view text, std::string_view inner) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  if (::inet_pton(AF_INET6, std::string(inner).c_str(), &address) != 1) refuse(text, "its IPv6 address is malformed");
  ::inet_ntop(AF_INET6, &address, spelled.data(), spelled.size());
  return "[" + std::string(spelled.data()) + "]";
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

std::string checked_host_name(std::string_view text, std::string_view host) {
  if (host.empty()) refuse(text, "it has no host");
  if (host.size() > kMaxHostLength) refuse(text, "its host name is too long");
  std::string_view label;
  for (std::string_view rest = host; !rest.empty();) {
    label = take_until(rest, '.');
    if (!is_host_label(label)) {
      refuse(text, "its host name is malformed (international names go in their xn-- form)");
    }
  }
  std::string name = ascii_lower(host);
  if (name.back() == '.') refuse(text, "its host name ends with a dot");
  // "127.1" and "0x7f000001" are further spellings of addresses (WHATWG URL, "ends in a number").
  if (is_digit(label.front()) && !is_ipv4(name)) refuse(text, "its IPv4 address is malformed");
  return name;
}

std::string checked_port(std::string_view text, std::string_view digits, std::string_view scheme) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0 || port > 65535) {
    refuse(text, "its port is not a number from 1 to 65535");
  }
  const bool is_default = port == (scheme == "https" ? 443U : 80U);
  return is_default ? "" : ":" + std::to_string(port);
}

bool is_path_char(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

std::string checked_path(std::string_view text, std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view segment = take_until(rest, '/');
    if (segment.empty() || segment == "." || segment == "..") refuse(text, "its path has an empty or dot segment");
    if (!std::all_of(segment.begin(), segment.end(), is_path_char)) {
      refuse(text, "its path has a character other than letters, digits and -._~!$&'()*+,;=:@");
    }
  }
  return path.empty() ? "" : "/" + std::string(path);
}

// Addresses that never leave this machine: 127.0.0.0/8 and ::1, and the name that libcurl itself maps to them.
bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && is_ipv4(std::string(host)));
}

void refuse_forbidden_parts(std::string_view text) {
  if (text.size() > kMaxLength) refuse(text, "it is too long");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    refuse(text, "it has a blank, a control character or a letter outside ASCII");
  }
  if (text.find('?') != std::string_view::npos) refuse(text, "it has a query");
  if (text.find('#') != std::string_view::npos) refuse(text, "it has a fragment");
}

}  // namespace

std::string check_base_url(std::string_view text) {
  refuse_forbidden_parts(text);
  const std::string scheme = checked_scheme(text);
  std::string_view path = text.substr(scheme.size() + 3);
  std::string_view authority = take_until(path, '/');
  if (authority.find('@') != std::string_view::npos) {
    refuse(text, "it has a user or password; credentials come from the environment or --credentials");
  }

  std::string host;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) refuse(text, "its IPv6 address is malformed");
    host = checked_ipv6(text, authority.substr(1, close - 1));
    authority.remove_prefix(close + 1);
  } else {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    host = checked_host_name(text, authority.substr(0, end));
    authority.remove_prefix(end);
  }
  if (!authority.empty() && authority.front() != ':') refuse(text, "its IPv6 address is malformed");
  const std::string port = authority.empty() ? "" : checked_port(text, authority.substr(1), scheme);
  if (scheme == "http" && !is_loopback(host))
    refuse(text, "http is for this machine only (127.0.0.1, [::1], localhost)");
  return scheme + "://" + host + port + checked_path(text, path);
}

}  // namespace usage
