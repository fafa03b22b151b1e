// A reply answers the request before it on its connection, and nothing in it says which: where one came too many, all
// that follow are taken for the wrong charges.
#include <doctest/doctest.h>

#include <future>
#include <string>

#include "certificate.h"
#include "posting.h"
#include "scripted_server.h"
#include "support/temp_folder.h"

using namespace usage;
using namespace usage::test;

namespace {

// Answers the first connection's request and, when the client has that reply, says something more without being asked;
// refuses what comes on later connections.
class TooMuchSaid {
 public:
  explicit TooMuchSaid(std::string more, SSL_CTX* context = nullptr)
      : server_([this, more, context](Connection& connection, std::size_t number) {
          if (context != nullptr && !connection.start_tls(context)) return;
          if (number == 0) {
            connection.read_request();
            connection.send(reply("202 Accepted"));
            answered_.get_future().wait();
            connection.send(more);
            said_.set_value();
            connection.read_request();
            return;
          }
          while (!connection.read_request().empty()) connection.send(reply("403 Forbidden"));
        }) {}

  Delivery second_post(const CurlOptions& options) {
    Poster poster(options);
    CHECK(poster.post().http_status == 202);
    answered_.set_value();
    said_.get_future().wait();  // it lies in the client's socket now
    return poster.post();
  }
  ScriptedServer& server() { return server_; }

 private:
  std::promise<void> answered_;
  std::promise<void> said_;
  ScriptedServer server_;
};

}  // namespace

TEST_CASE("what lies on a re-used connection unasked is not taken for a reply: the request leaves once, on a new one") {
  for (const std::string& more :
       {reply("202 Accepted"), std::string("\r\n"), std::string("HTTP/1.1 408 Too Late\r\n\r\n")}) {
    CAPTURE(more);
    TooMuchSaid endpoint(more);
    const Delivery second = endpoint.second_post(options_for(endpoint.server().base_url()));
    CHECK(second.http_status == 403);
    CHECK(second.times_issued == 1);
    CHECK(second.fault == TransportFault::kNone);
    CHECK(endpoint.server().stop().size() == 2);
    CHECK(endpoint.server().connections() == 2);
  }
}

TEST_CASE("nor over TLS") {
  const Certificate certificate("IP:127.0.0.1");
  const auto context = certificate.server_context();
  const TempFolder folder;
  TooMuchSaid endpoint(reply("202 Accepted"), context.get());
  CurlOptions options = options_for("https://" + endpoint.server().authority());
  options.ca_file = certificate.write_pem(folder.path() / "ca.pem");
  const Delivery second = endpoint.second_post(options);
  CHECK(second.http_status == 403);
  CHECK(second.times_issued == 1);
  CHECK(endpoint.server().stop().size() == 2);
}

TEST_CASE("nor in a TLS record of its own that came with the reply: nobody reads ahead of libcurl") {
  const Certificate certificate("IP:127.0.0.1");
  const auto context = certificate.server_context();
  const TempFolder folder;
  for (const std::string& first : {reply("202 Accepted"), std::string("HTTP/1.1 204 No Content\r\n\r\n")}) {
    CAPTURE(first);
    ScriptedServer server([&](Connection& connection, std::size_t number) {
      if (!connection.start_tls(context.get())) return;
      while (!connection.read_request().empty()) {
        if (number == 0)
          connection.send_as_one_packet({first, reply("202 Accepted")});
        else
          connection.send(reply("403 Forbidden"));
      }
    });
    CurlOptions options = options_for("https://" + server.authority());
    options.ca_file = certificate.write_pem(folder.path() / "ca.pem");
    Poster poster(options);
    CHECK(poster.post().http_status == std::stoi(first.substr(9)));
    const Delivery second = poster.post();
    CHECK(second.http_status == 403);
    CHECK(second.times_issued == 1);
    CHECK(server.stop().size() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE("nor in the record of a proxy's own TLS: such a connection is not used again") {
  const Certificate certificate("IP:127.0.0.1");
  const auto context = certificate.server_context();
  const TempFolder folder;
  ScriptedServer proxy([&](Connection& connection, std::size_t) {
    if (!connection.start_tls(context.get()) || connection.read_head().empty()) return;
    connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  });
  CurlOptions options = options_for("http://127.0.0.1:9");
  options.proxy = "https://" + proxy.authority();
  options.ca_file = certificate.write_pem(folder.path() / "ca.pem");
  Poster poster(options);
  for (int i = 0; i < 3; ++i) CHECK(poster.post().http_status == 202);
  CHECK(proxy.stop().size() == 3);
  CHECK(proxy.connections() == 3);
}

TEST_CASE("a TLS connection is used again, whatever TLS itself said on it") {
  const Certificate certificate("IP:127.0.0.1");
  const auto context = certificate.server_context();
  const TempFolder folder;
  ScriptedServer server([&](Connection& connection, std::size_t) {
    if (!connection.start_tls(context.get())) return;
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  });
  CurlOptions options = options_for("https://" + server.authority());
  options.ca_file = certificate.write_pem(folder.path() / "ca.pem");
  Poster poster(options);
  for (int i = 0; i < 5; ++i) CHECK(poster.post().http_status == 202);
  CHECK(server.stop().size() == 5);
  CHECK(server.connections() == 1);
}

TEST_CASE("an acceptance that begins before the request has left is not its own; a refusal may be") {
  for (const std::string status : {"202 Accepted", "413 Content Too Large"}) {
    CAPTURE(status);
    ScriptedServer server([&](Connection& connection, std::size_t) {
      connection.read_head();
      connection.send(reply(status));
      connection.wait_for_end();
    });
    Poster poster(options_for(server.base_url()));
    const Delivery delivery = poster.post(std::string(8 << 20, 'x'));
    server.stop();
    const bool is_refusal = status.starts_with("413");
    CHECK(delivery.http_status == (is_refusal ? 413 : 202));
    CHECK(delivery.times_issued == 1);
    CHECK(delivery.fault == (is_refusal ? TransportFault::kNone : TransportFault::kReplyTooEarly));
    CHECK(delivery.body_complete == is_refusal);
  }
}

TEST_CASE("a connection that is left carries no further request") {
  ScriptedServer server([](Connection& connection, std::size_t) {
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  });
  Poster poster(options_for(server.base_url()));
  for (int i = 0; i < 4; ++i) {
    poster.start();
    const auto finished = poster.wait();
    REQUIRE(finished.size() == 1);
    CHECK(finished[0].delivery.times_issued == 1);
    CHECK(finished[0].connection != 0);
    if (i == 1) poster.transport().leave_connection(finished[0].connection);
  }
  CHECK(server.stop().size() == 4);
  CHECK(server.connections() == 2);
}
