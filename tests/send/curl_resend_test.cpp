// libcurl sends a POST twice by itself where a re-used connection ends early. The server here bills whatever it reads:
// the number of requests that arrived is the number of bills.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "posting.h"
#include "scripted_server.h"

using namespace usage;
using namespace usage::test;

namespace {

// Answers the first request of the first connection, and treats the second one as told. Further connections are
// answered: there a second copy would be billed.
template <typename OnSecond>
ScriptedServer::Script bill_twice_if_asked(OnSecond on_second) {
  return [on_second](Connection& connection, std::size_t number) {
    if (number == 0) {
      connection.read_request();
      connection.send(reply("202 Accepted"));
      on_second(connection);
      return;
    }
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  };
}

std::string with_body(const std::vector<std::string>& requests, const std::string& body) {
  const auto count = std::count_if(requests.begin(), requests.end(),
                                   [&body](const std::string& request) { return request.ends_with(body); });
  return std::to_string(count) + " of " + std::to_string(requests.size());
}

const std::string kSecondBody = R"({"billable_items":[{"sid":"BI2","quantity":0.001}]})";

Delivery post_twice(ScriptedServer& server) {
  Poster poster(options_for(server.base_url()));
  CHECK(poster.post().fault == TransportFault::kNone);
  return poster.post(kSecondBody);
}

}  // namespace

TEST_CASE("the fence alone holds: without a body there is nothing to rewind, and no second copy leaves") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) { connection.read_request(); }));
  Poster poster(options_for(server.base_url()));
  CHECK(poster.post().fault == TransportFault::kNone);
  const Delivery second = poster.post("");
  CHECK(server.stop().size() == 2);
  CHECK(second.times_issued == 2);
  CHECK_FALSE(second.headers_complete);
  CHECK(second.fault == TransportFault::kResendPrevented);
  CHECK(second.fault_text.ends_with("(libcurl 42)"));
}

TEST_CASE("the second lock holds before the fence is asked: a body is not rewound (as measured with libcurl 7.88.1)") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) { connection.read_request(); }));
  const Delivery second = post_twice(server);
  CHECK(server.stop().size() == 2);
  CHECK(second.times_issued == 1);
  CHECK(second.fault_text.ends_with("(libcurl 65)"));
}

TEST_CASE("a re-used connection that is closed after the request was billed: one copy arrives, nothing is claimed") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) { connection.read_request(); }));
  const Delivery second = post_twice(server);
  CHECK(with_body(server.stop(), kSecondBody) == "1 of 2");
  CHECK(second.times_issued >= 1);
  CHECK_FALSE(second.headers_complete);
  CHECK_FALSE(second.body_complete);
  CHECK(second.http_status == 0);
  CHECK(second.fault == TransportFault::kResendPrevented);
}

TEST_CASE("a re-used connection that is reset after the request was billed: one copy arrives") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) {
    connection.read_request();
    connection.reset();
  }));
  const Delivery second = post_twice(server);
  CHECK(with_body(server.stop(), kSecondBody) == "1 of 2");
  CHECK(second.times_issued >= 1);
  CHECK_FALSE(second.headers_complete);
  CHECK(second.fault == TransportFault::kResendPrevented);
}

TEST_CASE(
    "a re-used connection that ends within the status line: one copy arrives, and no status is read from the half") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 202");
  }));
  const Delivery second = post_twice(server);
  CHECK(with_body(server.stop(), kSecondBody) == "1 of 2");
  CHECK(second.times_issued >= 1);
  CHECK_FALSE(second.headers_complete);
  CHECK(second.http_status == 0);
  CHECK(second.fault != TransportFault::kNone);
}

TEST_CASE("an endpoint that is gone once it billed: that nobody could be reached then is not said of what was sent") {
  ScriptedServer server([&server](Connection& connection, std::size_t) {
    connection.read_request();
    connection.send(reply("202 Accepted"));
    connection.read_request();
    server.stop_listening();
  });
  const Delivery second = post_twice(server);
  CHECK(with_body(server.stop(), kSecondBody) == "1 of 2");
  CHECK(second.times_issued == 1);
  CHECK(second.fault == TransportFault::kResendPrevented);
  CHECK(second.fault_text.starts_with("the connection ended before a reply came"));
}

TEST_CASE("nor what a proxy said to the second connection: the request went through it before") {
  ScriptedServer proxy([](Connection& connection, std::size_t number) {
    connection.read_head();
    if (number > 0) return connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    connection.send("HTTP/1.1 200 Connected\r\n\r\n");
    connection.read_request();
    connection.send(reply("202 Accepted"));
    connection.read_request();
  });
  CurlOptions options = options_for("http://127.0.0.1:9");
  options.proxy = proxy.base_url();
  Poster poster(options);
  CHECK(poster.post().fault == TransportFault::kNone);
  const Delivery second = poster.post(kSecondBody);
  CHECK(with_body(proxy.stop(), kSecondBody) == "1 of 2");
  CHECK(second.connect_status == 0);
  CHECK(second.fault == TransportFault::kResendPrevented);
  CHECK(second.fault_text.starts_with("the connection ended before a reply came"));
}

TEST_CASE("a re-used connection that is reset in the middle of a large body: the body is not sent again") {
  ScriptedServer server(bill_twice_if_asked([](Connection& connection) {
    connection.read_head();
    connection.reset();
  }));
  Poster poster(options_for(server.base_url()));
  CHECK(poster.post().fault == TransportFault::kNone);
  const Delivery second = poster.post(std::string(8 << 20, 'x'));
  CHECK(server.stop().size() == 1);
  CHECK(second.times_issued >= 1);
  CHECK_FALSE(second.headers_complete);
  CHECK(second.fault != TransportFault::kNone);
}

TEST_CASE("a new connection that is closed after the request was billed: one copy arrives") {
  ScriptedServer server([](Connection& connection, std::size_t) { connection.read_request(); });
  Poster poster(options_for(server.base_url()));
  const Delivery delivery = poster.post();
  CHECK(server.stop().size() == 1);
  CHECK(delivery.times_issued == 1);
  CHECK_FALSE(delivery.headers_complete);
  CHECK(delivery.fault == TransportFault::kConnectionLost);
}

TEST_CASE("what kept a request from being sent again keeps back none of those after it") {
  for (const char* piece : {"", "HTTP/1.1 202"}) {
    for (const std::string& body : {kSecondBody, std::string(), std::string(300'000, 'x')}) {
      CAPTURE(piece);
      CAPTURE(body.size());
      ScriptedServer server(bill_twice_if_asked([piece](Connection& connection) {
        connection.read_request();
        connection.send(piece);
      }));
      Poster poster(options_for(server.base_url()));
      CHECK(poster.post().fault == TransportFault::kNone);
      CHECK(poster.post(body).fault != TransportFault::kNone);
      for (int i = 0; i < 3; ++i) {
        const Delivery later = poster.post();
        CHECK(later.fault_text == "");
        CHECK(later.times_issued == 1);
        CHECK(later.http_status == 202);
      }
      CHECK(with_body(server.stop(), kBody) == "4 of 5");
    }
  }
}

TEST_CASE("no status makes libcurl send again: redirects, authentication, expectation, misdirection") {
  for (const char* status :
       {"301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect",
        "401 Unauthorized", "407 Proxy Authentication Required", "408 Request Timeout", "417 Expectation Failed",
        "421 Misdirected Request", "425 Too Early", "426 Upgrade Required"}) {
    CAPTURE(status);
    ScriptedServer server(bill_twice_if_asked([status](Connection& connection) {
      connection.read_request();
      connection.send(
          reply(status, kReplyBody,
                "Location: /v1/InstalledAddOns/XE0123456789abcdef0123456789abcdef/Usage\r\n"
                "WWW-Authenticate: Basic realm=\"b\"\r\nWWW-Authenticate: Digest realm=\"d\", nonce=\"n\"\r\n"
                "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nUpgrade: h2c\r\n"));
      while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
    }));
    const Delivery second = post_twice(server);
    CHECK(with_body(server.stop(), kSecondBody) == "1 of 2");
    CHECK(second.times_issued == 1);
    CHECK(second.headers_complete);
    CHECK(second.body_complete);
    CHECK(second.http_status == std::stoi(status));
    CHECK(second.fault == TransportFault::kNone);
  }
}

TEST_CASE("cut at any byte, on a new connection or a re-used one: one copy arrives, and only what arrived is claimed") {
  const std::string whole =
      "HTTP/1.1 100 Continue\r\n\r\n" + reply("202 Accepted", kReplyBody, "Twilio-Request-Id: RQ1\r\n");
  const std::size_t headers_end = whole.find("\r\n\r\n", 30) + 4;
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    CAPTURE(cut);
    for (const bool reused : {false, true}) {
      CAPTURE(reused);
      const auto cut_reply = [&](Connection& connection) {
        connection.read_request();
        connection.send(whole.substr(0, cut));
      };
      ScriptedServer server(reused ? bill_twice_if_asked(cut_reply)
                                   : [&](Connection& connection, std::size_t) { cut_reply(connection); });
      Poster poster(options_for(server.base_url()));
      if (reused) REQUIRE(poster.post("{}").fault == TransportFault::kNone);
      const Delivery delivery = poster.post();
      CHECK(with_body(server.stop(), kBody) == (reused ? "1 of 2" : "1 of 1"));
      CHECK(delivery.times_issued >= 1);
      CHECK(delivery.headers_complete == (cut >= headers_end));
      CHECK(delivery.body_complete == (cut == whole.size()));
      CHECK((delivery.fault == TransportFault::kNone) == (cut == whole.size()));
    }
  }
}
