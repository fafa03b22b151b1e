// The transport over real sockets: what goes out, what comes back, when it waits.
#include "usage/send/curl_transport.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "posting.h"
#include "scripted_server.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;

namespace {

ScriptedServer::Script always(const std::string& bytes) {
  return [bytes](Connection& connection, std::size_t) {
    while (!connection.read_request().empty()) connection.send(bytes);
  };
}

ScriptedServer::Script once(const std::string& bytes) {
  return [bytes](Connection& connection, std::size_t) {
    connection.read_request();
    connection.send(bytes);
  };
}

void read_and_stay_silent(Connection& connection, std::size_t) {
  connection.read_request();
  connection.wait_for_end();
}

Delivery post_to(const ScriptedServer::Script& script) {
  ScriptedServer server(script);
  return Poster(options_for(server.base_url())).post();
}

std::string chunked(const std::string& rest) {
  return "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n" + rest;
}

}  // namespace

TEST_CASE("the request is what the contract says, byte for byte") {
  ScriptedServer server(always(reply("202 Accepted")));
  Poster(options_for(server.base_url())).post();
  const std::vector<std::string> requests = server.stop();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0] == "POST " + kPath + " HTTP/1.1\r\nHost: " + server.authority() + "\r\nAuthorization: Basic " +
                           kAuthorization +
                           "\r\nUser-Agent: usage-uploader/" USAGE_VERSION
                           "\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: " +
                           std::to_string(kBody.size()) + "\r\n\r\n" + kBody);
}

TEST_CASE("a reply comes back as it was sent") {
  ScriptedServer server(always(reply("202 Accepted", kReplyBody, "Twilio-Request-Id: RQ77\r\n")));
  const Delivery delivery = Poster(options_for(server.base_url())).post();
  CHECK(delivery.times_issued == 1);
  CHECK(delivery.headers_complete);
  CHECK(delivery.body_complete);
  CHECK(delivery.http_status == 202);
  CHECK(delivery.connect_status == 0);
  CHECK(delivery.fault == TransportFault::kNone);
  CHECK(delivery.headers == "HTTP/1.1 202 Accepted\r\nContent-Length: 25\r\nTwilio-Request-Id: RQ77\r\n\r\n");
  CHECK(delivery.body == kReplyBody);
}

TEST_CASE("a reply that repeats the secret, or the header that it came in, is kept without it") {
  const std::string said = R"({"message":")" + kSecret + " and Basic " + kAuthorization + " and " + kSecret + R"("})";
  ScriptedServer server(always(reply("403 Forbidden", said, "X-Debug: Basic " + kAuthorization + "\r\n")));
  const Delivery delivery = Poster(options_for(server.base_url())).post();
  CHECK(delivery.fault == TransportFault::kNone);
  const std::string covered(kSecret.size(), '*');
  const std::string sent = std::string(kAuthorization.size() - 2, '*') + "==";
  CHECK(delivery.body == R"({"message":")" + covered + " and Basic " + sent + " and " + covered + R"("})");
  CHECK(delivery.headers.find("X-Debug: Basic " + sent + "\r\n") != std::string::npos);
}

TEST_CASE("a field that begins with a blank goes on with none of the reply before, which is freed") {
  const std::string folded =
      "HTTP/1.1 202 Accepted\r\n X: " + std::string(5000, 'y') + "\r\nContent-Length: 2\r\n\r\n{}";
  ScriptedServer server([&](Connection& connection, std::size_t) {
    for (int i = 0; !connection.read_request().empty(); ++i)
      connection.send(i % 2 == 0 ? reply("202 Accepted", kReplyBody, "Twilio-Request-Id: RQ77\r\n") : folded);
  });
  Poster poster(options_for(server.base_url()));
  for (int i = 0; i < 6; ++i) CHECK(poster.post().http_status == 202);
  CHECK(server.stop().size() == 6);
}

TEST_CASE("a large body goes out whole, in one piece, without asking first") {
  std::string body(3 << 20, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + (i * i / 7) % 26);
  ScriptedServer server(always(reply("202 Accepted")));
  Poster poster(options_for(server.base_url()));
  CHECK(poster.post(body).fault == TransportFault::kNone);
  CHECK(poster.post("{}").fault == TransportFault::kNone);
  const std::vector<std::string> requests = server.stop();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].ends_with("\r\n\r\n" + body));
  CHECK(requests[0].find("Expect") == std::string::npos);
  CHECK(requests[0].find("chunked") == std::string::npos);
  CHECK(requests[1].ends_with("Content-Length: 2\r\n\r\n{}"));
}

TEST_CASE("interim replies are not the reply") {
  const Delivery delivery = post_to(once("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
                                         reply("202 Accepted", "{}")));
  CHECK(delivery.http_status == 202);
  CHECK(delivery.headers == "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n");
  CHECK(delivery.body == "{}");
  CHECK(delivery.fault == TransportFault::kNone);
}

TEST_CASE("an interim reply alone is none") {
  for (const char* bytes :
       {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nxyz"}) {
    CAPTURE(bytes);
    const Delivery delivery = post_to(once(bytes));
    CHECK(delivery.times_issued == 1);
    CHECK_FALSE(delivery.headers_complete);
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.http_status == 0);
    CHECK(delivery.fault != TransportFault::kNone);
  }
}

TEST_CASE("a redirect is delivered, not followed") {
  ScriptedServer elsewhere(always(reply("202 Accepted")));
  const std::string moved = reply("307 Temporary Redirect", "", "Location: " + elsewhere.base_url() + kPath + "\r\n");
  const Delivery delivery = post_to(once(moved));
  CHECK(delivery.http_status == 307);
  CHECK(delivery.headers_complete);
  CHECK(delivery.fault == TransportFault::kNone);
  CHECK(elsewhere.stop().empty());
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE("a chunked reply is put together; its trailers belong to no header") {
  const Delivery delivery =
      post_to(once(chunked("3\r\n{\"a\r\n5;x=y\r\n\":1} \r\n0\r\nContent-Length: 3\r\nLate: 1\r\n\r\n")));
  CHECK(delivery.body == "{\"a\":1} ");
  CHECK(delivery.body_complete);
  CHECK(delivery.http_status == 202);
  CHECK(delivery.headers.find("Late") == std::string::npos);
  CHECK(delivery.fault == TransportFault::kNone);
}

TEST_CASE("a cut reply has its headers, and not its body") {
  for (const std::string& bytes :
       {std::string("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{\"a\":1}"), chunked("3\r\n{}"),
        chunked("2\r\n{}\r\n"), chunked("2\r\n{}\r\n0\r\n"), chunked("")}) {
    CAPTURE(bytes);
    const Delivery delivery = post_to(once(bytes));
    CHECK(delivery.times_issued == 1);
    CHECK(delivery.headers_complete);
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.http_status == 202);
    CHECK(delivery.fault == TransportFault::kConnectionLost);
  }
}

TEST_CASE("a body that ends with its connection is complete as far as the wire can tell") {
  const Delivery delivery = post_to(once("HTTP/1.1 202 Accepted\r\n\r\n{\"a\":"));
  CHECK(delivery.headers_complete);
  CHECK(delivery.body_complete);
  CHECK(delivery.body == "{\"a\":");
}

TEST_CASE("Content-Lengths that contradict each other or the body are not met") {
  for (const char* fields :
       {"Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 2\r\n",
        "Content-Length: -2\r\n", "Content-Length: 2x\r\n", "Content-Length: 99999999999999999999\r\n"}) {
    CAPTURE(fields);
    const Delivery delivery = post_to(once("HTTP/1.1 202 Accepted\r\n" + std::string(fields) + "\r\n{}"));
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.fault != TransportFault::kNone);
  }
}

TEST_CASE("what is no HTTP/1 status line with three digits is no reply") {
  for (const char* line :
       {"HTTP/1.1 20", "HTTP/1.1 2022 X", "HTTP/1.1 20x", "HTTP/1.1 099 X", "HTTP/1.1  202", "HTTP/2 202",
        "HTTP/1.2 202 X", "HTTP/3 202", "ICY 202 OK", "hello", "{\"billable_items\":[]}"}) {
    CAPTURE(line);
    const Delivery delivery = post_to(once(std::string(line) + "\r\nContent-Length: 2\r\n\r\n{}"));
    CHECK(delivery.times_issued == 1);
    CHECK_FALSE(delivery.headers_complete);
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.http_status == 0);
    CHECK(delivery.fault == TransportFault::kMalformedReply);
  }
}

TEST_CASE("headers that libcurl cannot read are not complete") {
  const Delivery delivery = post_to(once("HTTP/1.1 202 Accepted\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}"));
  CHECK(delivery.times_issued == 1);
  CHECK_FALSE(delivery.headers_complete);
  CHECK(delivery.fault == TransportFault::kMalformedReply);
}

TEST_CASE("a huge body is cut at the cap") {
  const Delivery delivery = post_to([](Connection& connection, std::size_t) {
    connection.read_request();
    connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 1000000000\r\n\r\n");
    for (int piece = 0; piece < 40; ++piece) connection.send(std::string(1 << 20, 'x'));
  });
  CHECK(delivery.headers_complete);
  CHECK_FALSE(delivery.body_complete);
  CHECK(delivery.http_status == 202);
  CHECK(delivery.body.size() == std::size_t{16} << 20);
  CHECK(delivery.fault == TransportFault::kReplyTooLarge);
}

TEST_CASE("a body just below the cap passes") {
  const Delivery delivery = post_to(once(reply("202 Accepted", std::string(std::size_t{16} << 20, 'y'))));
  CHECK(delivery.body_complete);
  CHECK(delivery.body.size() == std::size_t{16} << 20);
}

TEST_CASE("a reply to a large request may be four times as large") {
  ScriptedServer server(once(reply("202 Accepted", std::string(std::size_t{20} << 20, 'y'))));
  const Delivery delivery = Poster(options_for(server.base_url())).post(std::string(std::size_t{5} << 20, 'x'));
  CHECK(delivery.body_complete);
  CHECK(delivery.body.size() == std::size_t{20} << 20);
}

TEST_CASE("headers without end, in lines, in one line or in interim replies, are cut at the cap") {
  const std::string line = "X-Field: " + std::string(1000, 'v') + "\r\n";
  for (const std::string& piece : {line, std::string(1000, 'w'), "HTTP/1.1 100 Continue\r\n" + line + "\r\n"}) {
    CAPTURE(piece.substr(0, 20));
    const Delivery delivery = post_to([&](Connection& connection, std::size_t) {
      connection.read_request();
      connection.send(piece.starts_with("HTTP") ? "" : "HTTP/1.1 202 Accepted\r\n");
      for (int i = 0; i < 4000; ++i) connection.send(piece);
    });
    CHECK(delivery.times_issued == 1);
    CHECK_FALSE(delivery.headers_complete);
    CHECK(delivery.headers.size() <= std::size_t{256} << 10);
    CHECK(delivery.fault == TransportFault::kMalformedReply);
  }
}

TEST_CASE("two hundred headers are no reason to complain") {
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "X-Field-" + std::to_string(i) + ": " + std::string(500, 'v') + "\r\n";
  const Delivery delivery = post_to(once(reply("202 Accepted", kReplyBody, fields)));
  CHECK(delivery.fault == TransportFault::kNone);
  CHECK(delivery.headers.find("X-Field-199: v") != std::string::npos);
}

TEST_CASE("a compressed reply that nobody asked for is delivered as it is") {
  const std::string body = "\x1f\x8b\x08 not unpacked";
  const Delivery delivery = post_to(once(reply("202 Accepted", body, "Content-Encoding: gzip\r\n")));
  CHECK(delivery.body == body);
  CHECK(delivery.body_complete);
}

TEST_CASE("time runs out before the request") {
  ScriptedServer server([](Connection& connection, std::size_t) { connection.wait_for_end(); });  // speaks no TLS
  CurlOptions options = options_for("https://" + server.authority());
  SUBCASE("for the connection") {
    options.connect_timeout = std::chrono::milliseconds(100);
  }
  SUBCASE("for the transfer") {
    options.timeout = std::chrono::milliseconds(100);
  }
  const Delivery delivery = Poster(options).post();
  CHECK(delivery.times_issued == 0);
  CHECK_FALSE(delivery.headers_complete);
  CHECK(delivery.fault == TransportFault::kTimeout);
}

TEST_CASE("time runs out after the request, without a reply or within it") {
  ScriptedServer server([](Connection& connection, std::size_t number) {
    connection.read_request();
    if (number == 1) connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n");
    if (number == 2) connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{}");
    connection.wait_for_end();
  });
  CurlOptions options = options_for(server.base_url());
  options.timeout = std::chrono::milliseconds(500);  // enough to connect on a busy machine
  Poster poster(options);
  for (int reply_part = 0; reply_part < 3; ++reply_part) {
    CAPTURE(reply_part);
    const Delivery delivery = poster.post();
    CHECK(delivery.times_issued == 1);
    CHECK(delivery.headers_complete == (reply_part == 2));
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.fault == TransportFault::kTimeout);
  }
  CHECK(server.stop().size() == 3);
}

TEST_CASE("a reply that came while nobody looked is read, and the time of one that did not come goes on") {
  ScriptedServer server([](Connection& connection, std::size_t number) {
    connection.read_request();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (number == 0) connection.send(reply("202 Accepted", std::string(300'000, ' ')));
    connection.wait_for_end();
  });
  CurlOptions options = options_for(server.base_url());
  options.timeout = std::chrono::milliseconds(1200);
  for (const TransportFault expected : {TransportFault::kNone, TransportFault::kTimeout}) {
    Poster poster(options);
    poster.start();
    CHECK(poster.transport().poll(poster.clock().steady_now() + std::chrono::milliseconds(100)).empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    const SteadyTime looked_again = poster.clock().steady_now();
    const std::vector<FinishedTransfer> finished = poster.wait();
    REQUIRE(finished.size() == 1);
    CHECK(finished[0].delivery.fault == expected);
    CHECK(finished[0].delivery.body_complete == (expected == TransportFault::kNone));
    const bool waited = poster.clock().steady_now() - looked_again > std::chrono::milliseconds(500);
    CHECK(waited == (expected == TransportFault::kTimeout));
  }
}

TEST_CASE("a time-out of nothing is short, not endless") {
  ScriptedServer server(read_and_stay_silent);
  CurlOptions options = options_for(server.base_url());
  options.timeout = Duration(0);
  CHECK(Poster(options).post().fault == TransportFault::kTimeout);
}

TEST_CASE("a refused connection never had the request") {
  const LoopbackSocket deaf;
  const Delivery delivery = Poster(options_for("http://" + deaf.authority())).post();
  CHECK(delivery.times_issued == 0);
  CHECK_FALSE(delivery.headers_complete);
  CHECK(delivery.http_status == 0);
  CHECK(delivery.fault == TransportFault::kUnreachable);
  CHECK(delivery.fault_text.find(deaf.authority().substr(10)) != std::string::npos);
}

TEST_CASE("connections are used again, or not at all where fresh ones are wanted") {
  for (const bool fresh : {false, true}) {
    CAPTURE(fresh);
    ScriptedServer server(always(reply("202 Accepted")));
    CurlOptions options = options_for(server.base_url());
    options.fresh_connections = fresh;
    Poster poster(options);
    for (int i = 0; i < 4; ++i) CHECK(poster.post().fault == TransportFault::kNone);
    CHECK(server.stop().size() == 4);
    CHECK(server.connections() == (fresh ? 4 : 1));
  }
}

TEST_CASE("many at once each come back once, on as many connections") {
  ScriptedServer server(always(reply("202 Accepted")));
  CurlOptions options = options_for(server.base_url());
  options.max_in_flight = 8;
  Poster poster(options);
  std::set<AttemptId> expected;
  std::multiset<AttemptId> ended;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 8; ++i)
      expected.insert(poster.start("round " + std::to_string(round) + " body " + std::to_string(i)));
    while (ended.size() < expected.size()) {
      for (const FinishedTransfer& finished : poster.wait()) {
        ended.insert(finished.attempt);
        CHECK(finished.delivery.fault == TransportFault::kNone);
      }
    }
  }
  CHECK(ended == std::multiset<AttemptId>(expected.begin(), expected.end()));
  const std::vector<std::string> requests = server.stop();
  CHECK(std::set<std::string>(requests.begin(), requests.end()).size() == 40);
  CHECK(server.connections() <= 8);
}

TEST_CASE("an attempt is started once, and its body goes nowhere but to the endpoint") {
  ScriptedServer server(always(reply("202 Accepted")));
  SystemClock clock;
  CurlTransport transport(options_for(server.base_url()), kCredentials, clock);
  transport.start(5, server.base_url() + kPath, kBody);
  CHECK_THROWS_AS(transport.start(5, server.base_url() + kPath, kBody), std::logic_error);
  REQUIRE(transport.poll(clock.steady_now() + std::chrono::seconds(30)).size() == 1);
  CHECK_THROWS_AS(transport.start(5, server.base_url() + kPath, kBody), std::logic_error);
  for (const std::string& url :
       {server.base_url() + "1/x", server.base_url(), std::string("https://elsewhere.example/x")}) {
    CHECK_THROWS_AS(transport.start(6, url, kBody), std::logic_error);
  }
  CHECK(transport.poll(clock.steady_now()).empty());
  CHECK(server.stop().size() == 1);
}

TEST_CASE("poll wakes for the signal's descriptor, for as long as it is readable") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ScriptedServer server(read_and_stay_silent);
  CurlOptions options = options_for(server.base_url());
  options.wake_fd = ends[0];
  Poster poster(options);
  poster.start();
  REQUIRE(::write(ends[1], "!", 1) == 1);
  const SteadyTime in_an_hour = poster.clock().steady_now() + std::chrono::hours(1);
  CHECK(poster.transport().poll(in_an_hour).empty());
  CHECK(poster.transport().poll(in_an_hour).empty());
  char byte = 0;
  REQUIRE(::read(ends[0], &byte, 1) == 1);
  CHECK(byte == '!');
  const SteadyTime soon = poster.clock().steady_now() + std::chrono::milliseconds(30);
  CHECK(poster.transport().poll(soon).empty());
  CHECK(poster.clock().steady_now() >= soon);
  ::close(ends[0]);
  ::close(ends[1]);
}

namespace {

class CountingClock final : public Clock {
 public:
  WallTime wall_now() const override { return system_.wall_now(); }
  SteadyTime steady_now() const override {
    ++asked;
    return system_.steady_now();
  }
  mutable int asked = 0;

 private:
  SystemClock system_;
};

}  // namespace

TEST_CASE("poll sleeps parts of a millisecond instead of spinning, and does not sleep for a time that is past") {
  CountingClock clock;
  CurlTransport transport(options_for("http://127.0.0.1:1"), kCredentials, clock);
  const SteadyTime start = clock.steady_now();
  CHECK(transport.poll(start + std::chrono::microseconds(900)).empty());
  CHECK(clock.asked <= 6);
  clock.asked = 0;
  CHECK(transport.poll(start).empty());
  CHECK(clock.asked == 1);
}

TEST_CASE("a transport may go while transfers are on their way") {
  ScriptedServer server(read_and_stay_silent);
  {
    Poster poster(options_for(server.base_url()));
    poster.start();
    poster.start();
    CHECK(poster.transport().poll(poster.clock().steady_now() + std::chrono::milliseconds(20)).empty());
  }
  CHECK(server.stop().size() <= 2);
}
