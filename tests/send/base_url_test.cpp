#include <doctest/doctest.h>

#include <string>

#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/send/curl_transport.h"

using namespace usage;

namespace {

std::string refusal(const std::string& text) {
  try {
    return "taken as " + check_base_url(text);
  } catch (const UsageError& error) {
    return error.what();
  }
}

bool is_refused_for(const std::string& text, const std::string& reason) {
  return refusal(text).find(reason) != std::string::npos;
}

}  // namespace

TEST_CASE("each endpoint has one spelling") {
  CHECK(check_base_url("https://marketplace.twilio.com") == "https://marketplace.twilio.com");
  CHECK(check_base_url("HTTPS://Marketplace.TWILIO.com:443/") == "https://marketplace.twilio.com");
  CHECK(check_base_url("https://marketplace.twilio.com:0443//") == "https://marketplace.twilio.com");
  CHECK(check_base_url("https://gw.example:8443/Twilio/eu/") == "https://gw.example:8443/Twilio/eu");
  CHECK(check_base_url("https://gw.example:80") == "https://gw.example:80");
  CHECK(check_base_url("http://LocalHost:80/") == "http://localhost");
  CHECK(check_base_url("http://localhost:443") == "http://localhost:443");
  CHECK(check_base_url("https://[2001:DB8:0:0:0:0:0:1]:443/x") == "https://[2001:db8::1]/x");
  CHECK(check_base_url("http://[0:0:0:0:0:0:0:1]:4010") == "http://[::1]:4010");
}

TEST_CASE("http goes to this machine only") {
  CHECK(check_base_url("http://127.0.0.1:4010") == "http://127.0.0.1:4010");
  CHECK(check_base_url("http://127.9.8.7") == "http://127.9.8.7");
  CHECK(check_base_url("http://[::1]") == "http://[::1]");
  for (const char* text : {"http://marketplace.twilio.com", "http://128.0.0.1", "http://10.127.0.1", "http://[::2]",
                           "http://[::ffff:127.0.0.1]", "http://127.0.0.1.example", "http://localhost.example",
                           "http://xlocalhost", "http://0.0.0.0"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "http is for this machine only"));
  }
}

TEST_CASE("what has several spellings, or none, is refused with its reason") {
  CHECK(is_refused_for("", "does not begin with https://"));
  CHECK(is_refused_for("marketplace.twilio.com", "does not begin with https://"));
  CHECK(is_refused_for("ftp://marketplace.twilio.com", "does not begin with https://"));
  CHECK(is_refused_for("https:/marketplace.twilio.com", "does not begin with https://"));
  CHECK(is_refused_for("https://", "no host"));
  CHECK(is_refused_for("https://:443", "no host"));
  CHECK(is_refused_for("https:///x", "no host"));
  CHECK(is_refused_for("https://a.example.", "ends with a dot"));
  CHECK(is_refused_for("https://a..example", "host name is malformed"));
  CHECK(is_refused_for("https://-a.example", "host name is malformed"));
  CHECK(is_refused_for("https://a%2eexample", "host name is malformed"));
  CHECK(is_refused_for("https://a\\b", "host name is malformed"));
  CHECK(is_refused_for("https://" + std::string(64, 'a') + ".example", "host name is malformed"));
  CHECK(is_refused_for("https://b\xC3\xBC.example", "outside ASCII"));
  for (const char* text :
       {"http://127.1", "http://2130706433", "http://127.0.0.01", "http://127.0.0.1.1", "https://0x7f.1"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "IPv4 address is malformed"));
  }
  for (const char* text : {"https://[::1", "https://[::1]x", "https://[1]", "https://[fe80::1%25eth0]", "https://[]"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "IPv6 address is malformed"));
  }
  for (const char* text :
       {"https://h:", "https://h:0", "https://h:65536", "https://h:+1", "https://h:4x", "https://h:1:2"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "port is not a number"));
  }
  CHECK(is_refused_for("https://h/a?b", "query"));
  CHECK(is_refused_for("https://h/a#b", "fragment"));
  CHECK(is_refused_for("https://h/a b", "blank"));
  CHECK(is_refused_for("https://h/\n", "control character"));
  for (const char* text : {"https://h/a//b", "https://h/./b", "https://h/a/..", "https://h//a"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "empty or dot segment"));
  }
  for (const char* text : {"https://h/%7Ex", "https://h/a\\b", "https://h/{a}"}) {
    CAPTURE(text);
    CHECK(is_refused_for(text, "a character other than"));
  }
  CHECK(is_refused_for("https://h/" + std::string(3000, 'a'), "too long"));
}

TEST_CASE("a password in the address is refused and not shown") {
  for (const char* text :
       {"https://user:hunter2@h", "https://hunter2@h/x", "hunter2@h", "https://h:hunter2@h:1", "https://hunter2@h?x"}) {
    CAPTURE(text);
    CHECK(refusal(text).find("taken as") == std::string::npos);
    CHECK(refusal(text).find("hunter2") == std::string::npos);
  }
  CHECK(is_refused_for("https://user:hunter2@h", "user or password"));
}

TEST_CASE("people see the host, with the port where one stands") {
  CHECK(host_of("https://marketplace.twilio.com") == "marketplace.twilio.com");
  CHECK(host_of("https://gw.example:8443/a/b") == "gw.example:8443");
  CHECK(host_of("http://[::1]:4010") == "[::1]:4010");
}
