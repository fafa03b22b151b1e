// Every fault over a real socket: the bytes that a client sees, and what the journal says of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "raw_client.h"
#include "sandbox/fault_table.h"
#include "sandbox/server.h"
#include "sandbox_folder.h"

using namespace usage::sandbox;
using End = RawClient::End;

namespace {

const std::string kBody = R"({"billable_items":[{"sid":"BIa","quantity":12.50},{"sid":"BIb","quantity":0.001}]})";
const std::string kBilled = R"("billed":[{"sid":"BIa","quantity":"12.50"},{"sid":"BIb","quantity":"0.001"}])";
const std::string kReply =
    R"({"total_submitted":12.501,"billable_items":[{"sid":"BIa","quantity":12.50,"submitted":true},)"
    R"({"sid":"BIb","quantity":0.001,"submitted":true}]})";

std::string installation(std::size_t number) {
  std::string digits = std::to_string(number);
  return "XE" + std::string(32 - digits.size(), '0') + digits;
}

std::string head(std::size_t number, const std::string& more = "") {
  return "POST /v1/InstalledAddOns/" + installation(number) +
         "/Usage HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic QUMxOnNlY3JldA==\r\n"
         "Content-Type: application/json\r\nContent-Length: " +
         std::to_string(kBody.size()) + "\r\n" + more + "\r\n";
}

std::string request(std::size_t number, const std::string& more = "") {
  return head(number, more) + kBody;
}

// Nothing in the tests waits for long, or moves 200 MB.
Fault quick(Fault fault) {
  fault.delay = std::min(fault.delay, std::chrono::milliseconds(1));
  fault.byte_delay = std::chrono::milliseconds(0);
  if (fault.shape == ReplyShape::kHuge) fault.amount = 1'000'000;
  return fault;
}

struct Fixture {
  explicit Fixture(Scenario scenario) : server(options(std::move(scenario))) {}
  explicit Fixture(const std::string& fault) : Fixture(one_fault(quick(*fault_named(fault)))) {}

  static Scenario one_fault(Fault fault) {
    Scenario scenario;
    scenario.otherwise = FaultsInTurn{{std::move(fault)}, false};
    return scenario;
  }
  ServerOptions options(Scenario scenario) const {
    ServerOptions options;
    options.journal = folder.file("journal");
    options.endpoint.scenario = std::move(scenario);
    return options;
  }
  std::vector<std::string> journal() const { return folder.lines("journal"); }

  SandboxFolder folder;
  Server server;
};

RawClient::Received exchange(const std::string& fault) {
  Fixture fixture(fault);
  RawClient client(fixture.server.port());
  client.send(request(1));
  return client.read_to_end();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every fault bills what its row says, once, and the client sees a reply exactly where the journal has one") {
  Scenario scenario;
  const auto table = fault_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    Fault fault = quick(*fault_named(table[i].name));
    if (table[i].name == "status") fault.status = 418;
    scenario.installations[installation(i)] = {{fault}, false};
  }
  Fixture fixture(std::move(scenario));
  for (std::size_t i = 0; i < table.size(); ++i) {
    CAPTURE(table[i].name);
    RawClient client(fixture.server.port());
    client.send(request(i));
    client.end_sending();
    const std::string received = client.read_to_end().bytes;
    const auto journal = fixture.journal();
    REQUIRE(journal.size() == i + 1);
    const bool bills = table[i].billing == Billing::kBilled && table[i].shape != ReplyShape::kNotSubmitted;
    CHECK(contains(journal[i], bills ? kBilled : R"("billed":[])"));
    CHECK(contains(journal[i], R"("violation":null)"));
    CHECK(contains(journal[i], R"("fault":")" + std::string(table[i].name) + "\""));
    const bool whole_head = contains(received, "\r\n\r\n");
    CHECK(whole_head == !contains(journal[i], R"("status":null)"));
  }
}

TEST_CASE("an ordinary reply comes whole, and the connection is used again") {
  Fixture fixture(Scenario{});
  RawClient client(fixture.server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(request(1));
    const std::string reply = client.read_reply();
    CHECK(reply.starts_with("HTTP/1.1 202 Accepted\r\n"));
    CHECK(reply.ends_with("\r\n\r\n" + kReply));
    CHECK(contains(reply, "\r\nTwilio-Request-Id: RQ"));
    CHECK(contains(reply, "\r\nTwilio-Concurrent-Requests: 1\r\n"));
    CHECK(contains(fixture.journal().back(), R"("connection":1,"request_on_connection":)" + std::to_string(i + 1)));
  }
}

TEST_CASE("a connection that is closed without a reply gives no byte, with FIN or RST as named") {
  for (const std::string name : {"close_before_read", "close_before_billing", "close_after_billing"}) {
    CAPTURE(name);
    const auto received = exchange(name);
    CHECK(received.bytes == "");
    CHECK(received.end == End::kFin);
  }
  for (const std::string name : {"reset_before_read", "reset_before_billing", "reset_after_billing"}) {
    CAPTURE(name);
    const auto received = exchange(name);
    CHECK(received.bytes == "");
    CHECK(received.end == End::kReset);
  }
}

TEST_CASE("a request can be closed over when only its head has come") {
  Fixture fixture("close_before_read");
  RawClient client(fixture.server.port());
  client.send(head(1));
  CHECK(client.read_to_end().end == End::kFin);
  CHECK(contains(fixture.journal().at(0), R"("fault":"close_before_read","status":null,"billed":[])"));
}

TEST_CASE("a large body that was left unread does not turn FIN into RST") {
  Fixture fixture("close_before_read");
  RawClient client(fixture.server.port());
  client.send(head(1) + std::string(1'000'000, 'x'));
  CHECK(client.read_to_end().end == End::kFin);
  CHECK(client.pending_error() == 0);  // EPIPE where RST came behind the FIN
}

TEST_CASE("a reply is cut within its status line, its headers or its body") {
  CHECK(exchange("half_status_line_after_billing").bytes == "HTTP/1.1 2");
  const std::string headers = exchange("headers_cut_after_billing").bytes;
  CHECK(headers.starts_with("HTTP/1.1 202 Accepted\r\n"));
  CHECK_FALSE(contains(headers, "\r\n\r\n"));
  CHECK(headers.size() > 40);
  const auto body = exchange("body_cut_after_billing");
  CHECK(body.end == End::kFin);
  CHECK(contains(body.bytes, "Content-Length: " + std::to_string(kReply.size()) + "\r\n"));
  CHECK(body.bytes.ends_with("\r\n\r\n" + kReply.substr(0, kReply.size() / 2)));
  CHECK(exchange("body_reset_after_billing").end == End::kReset);
  const std::string chunked = exchange("chunked_cut_after_billing").bytes;
  CHECK(contains(chunked, "Transfer-Encoding: chunked\r\n"));
  CHECK(chunked.ends_with(kReply + "\r\n"));
}

TEST_CASE("a whole reply in chunks ends with the last chunk, and the connection goes on") {
  Fixture fixture("chunked");
  RawClient client(fixture.server.port());
  client.send(request(1));
  client.send(request(1, "Connection: close\r\n"));
  const std::string bytes = client.read_to_end().bytes;
  CHECK(contains(bytes, kReply + "\r\n0\r\n\r\nHTTP/1.1 202"));
  CHECK(fixture.journal().size() == 2);
}

TEST_CASE("a connection is closed behind a whole reply that did not announce it") {
  const auto received = exchange("close_after_reply");
  CHECK(received.bytes.ends_with(kReply));
  CHECK_FALSE(contains(received.bytes, "Connection: close"));
  CHECK(received.end == End::kFin);
  CHECK(exchange("reset_after_reply").end == End::kReset);
}

TEST_CASE("the next request on a connection is closed over unread, journaled and not billed") {
  for (const End end : {End::kFin, End::kReset}) {
    const std::string name = end == End::kFin ? "close_next" : "reset_next";
    CAPTURE(name);
    Fixture fixture(name);
    RawClient client(fixture.server.port());
    client.send(request(1));
    CHECK(client.read_reply().ends_with(kReply));
    CHECK(fixture.journal().size() == 1);
    client.send(request(2));
    const auto received = client.read_to_end();
    CHECK(received.bytes == "");
    CHECK(received.end == end);
    REQUIRE(fixture.journal().size() == 2);
    CHECK(contains(fixture.journal()[1], R"("request_on_connection":2,"installation":null,)"));
    CHECK(contains(fixture.journal()[1], R"("fault":"next_request_unread","status":null,"billed":[])"));
  }
}

TEST_CASE("an interim reply goes before the final one, a slow one comes whole") {
  Fixture fixture("interim_100");
  RawClient client(fixture.server.port());
  client.send(request(1, "Connection: close\r\n"));
  CHECK(client.read_to_end().bytes.starts_with("HTTP/1.1 100 Interim\r\n\r\nHTTP/1.1 202 Accepted\r\n"));
  for (const char* name : {"slow", "slow_head", "slow_body"}) {
    CAPTURE(name);
    Fixture slow(name);
    RawClient patient(slow.server.port());
    patient.send(request(1));
    CHECK(patient.read_reply().ends_with(kReply));
  }
}

TEST_CASE("no reply comes until the client leaves, the time is over, or the sandbox ends") {
  Fault fault = *fault_named("no_reply");
  fault.hold = std::chrono::milliseconds(1);
  Fixture held(Fixture::one_fault(fault));
  RawClient client(held.server.port());
  client.send(request(1));
  CHECK(client.read_to_end().bytes == "");
  CHECK(contains(held.journal().at(0), kBilled));

  Fixture endless("no_reply");
  RawClient waiting(endless.server.port());
  waiting.send(request(1));
  while (endless.journal().empty()) std::this_thread::yield();
  endless.server.stop();
  CHECK(waiting.read_to_end().bytes == "");
}

TEST_CASE("a huge body is valid JSON with spaces behind, many headers are many") {
  Fixture fixture("huge_body");
  RawClient client(fixture.server.port());
  client.send(request(1, "Connection: close\r\n"));
  const std::string bytes = client.read_to_end().bytes;
  CHECK(contains(bytes, kReply));
  CHECK(std::count(bytes.begin(), bytes.end(), ' ') > 1'000'000);
  Fixture with_headers("many_headers");
  RawClient other(with_headers.server.port());
  other.send(request(1, "Connection: close\r\n"));
  CHECK(contains(other.read_to_end().bytes, "X-Padding-4999: "));
}

TEST_CASE("a huge body is small on the wire for a client that asks for compression") {
  Fixture fixture("huge_body");
  RawClient client(fixture.server.port());
  client.send(request(1, "Accept-Encoding: gzip\r\nConnection: close\r\n"));
  const std::string bytes = client.read_to_end().bytes;
  CHECK(contains(bytes, "Content-Encoding: gzip"));
  CHECK(bytes.size() < 100'000);
}

TEST_CASE("what is no HTTP request is refused and journaled as a violation, like what follows a body") {
  Fixture fixture(Scenario{});
  RawClient client(fixture.server.port());
  client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  client.end_sending();
  CHECK(client.read_to_end().bytes.starts_with("HTTP/1.1 400"));
  CHECK(contains(fixture.journal().at(0), R"("violation":"HTTP: the request cannot be read")"));
  RawClient second(fixture.server.port());
  second.send(request(1) + "surplus\r\n\r\n");
  second.end_sending();
  second.read_to_end();
  REQUIRE(fixture.journal().size() == 3);
  CHECK(contains(fixture.journal()[1], kBilled));
  CHECK(contains(fixture.journal()[2], R"("fault":"contract_violation")"));
}

TEST_CASE("Expect and other methods are violations") {
  Fixture fixture(Scenario{});
  RawClient client(fixture.server.port());
  client.send(request(1, "Expect: 100-continue\r\n"));
  client.read_reply();  // 100 Continue
  CHECK(client.read_reply().starts_with("HTTP/1.1 417"));
  client.send("GET /v1/InstalledAddOns/" + installation(1) + "/Usage HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(client.read_reply().starts_with("HTTP/1.1 405"));
  CHECK(contains(fixture.journal().at(0), R"("violation":"Expect: must not be sent")"));
  CHECK(contains(fixture.journal().at(1), R"("violation":"method: not POST: GET")"));
}

TEST_CASE("a request whose client leaves at any byte is billed if and only if it came whole, and is no violation") {
  const std::string whole = request(1);
  for (std::size_t size = 1; size <= whole.size(); size += size + 7 < whole.size() ? 7U : 1U) {
    CAPTURE(size);
    Fixture fixture(Scenario{});
    RawClient client(fixture.server.port());
    client.send(whole.substr(0, size));
    client.end_sending();
    client.read_to_end();
    const auto journal = fixture.journal();
    REQUIRE(journal.size() <= 1);
    const bool billed = !journal.empty() && contains(journal[0], kBilled);
    CHECK(billed == (size == whole.size()));
    if (!journal.empty()) CHECK(contains(journal[0], R"("violation":null)"));
  }
}

TEST_CASE("requests at once beyond the limit are refused, and never below it") {
  Scenario scenario;
  scenario.concurrency_limit = 2;
  scenario.installations[installation(9)] = {{quick(*fault_named("no_reply"))}, true};
  Fixture fixture(std::move(scenario));
  RawClient first(fixture.server.port());
  RawClient second(fixture.server.port());
  first.send(request(9));
  second.send(request(9));
  while (fixture.journal().size() < 2) std::this_thread::yield();
  RawClient third(fixture.server.port());
  third.send(request(1));
  CHECK(third.read_reply().starts_with("HTTP/1.1 429"));
}

TEST_CASE("a client that works one by one is never one too many, whatever connection it uses") {
  Scenario scenario;
  scenario.concurrency_limit = 1;
  Fixture fixture(std::move(scenario));
  RawClient one(fixture.server.port());
  RawClient other(fixture.server.port());
  for (int i = 0; i < 200; ++i) {
    RawClient& client = i % 2 == 0 ? one : other;
    client.send(request(1));
    REQUIRE(client.read_reply().starts_with("HTTP/1.1 202"));
  }
}

TEST_CASE("a request is no longer at work when its reply begins to leave") {
  Fault fault = *fault_named("slow_body");
  fault.byte_delay = std::chrono::hours(1);
  Scenario scenario;
  scenario.concurrency_limit = 1;
  scenario.installations[installation(9)] = {{fault}, false};
  Fixture fixture(std::move(scenario));
  RawClient slow(fixture.server.port());
  slow.send(request(9));
  slow.read_head();
  RawClient other(fixture.server.port());
  other.send(request(1));
  CHECK(other.read_reply().starts_with("HTTP/1.1 202"));
}

TEST_CASE("the sandbox ends although clients stay, idle or within a request, and sends the replies that are due") {
  Fault fault = *fault_named("slow");
  fault.delay = std::chrono::hours(1);
  Scenario scenario;
  scenario.installations[installation(9)] = {{fault}, false};
  Fixture fixture(std::move(scenario));
  RawClient idle(fixture.server.port());
  idle.send(request(1));
  idle.read_reply();
  RawClient sending(fixture.server.port());
  sending.send(head(2));
  RawClient waiting(fixture.server.port());
  waiting.send(request(9));
  while (fixture.journal().size() < 2) std::this_thread::yield();
  fixture.server.stop();
  CHECK(idle.read_to_end().bytes == "");
  CHECK(waiting.read_to_end().bytes.ends_with(kReply));
  CHECK_FALSE(contains(sending.read_to_end().bytes, "HTTP"));
}

TEST_CASE("a journal that cannot be written ends the sandbox: no reply, nothing billed, and the reason is said") {
  ServerOptions options;
  options.journal = "/dev/full";
  Server server(options);
  RawClient idle(server.port());
  RawClient client(server.port());
  client.send(request(1));
  CHECK(client.read_to_end().bytes.empty());
  CHECK(idle.read_to_end().bytes.empty());  // it ends by itself
  server.stop();
  CHECK_THROWS_AS(server.throw_failure(), std::system_error);
  Fixture sound("ok");
  sound.server.stop();
  CHECK_NOTHROW(sound.server.throw_failure());
}

TEST_CASE("many clients at once: each item is journaled once, with numbers that count up") {
  Fixture fixture(Scenario{});
  std::vector<std::thread> clients;
  for (std::size_t c = 0; c < 8; ++c) {
    clients.emplace_back([&fixture, c] {
      RawClient client(fixture.server.port());
      for (int i = 0; i < 25; ++i) {
        client.send(request(c));
        client.read_reply();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  const auto journal = fixture.journal();
  REQUIRE(journal.size() == 200);
  for (std::size_t i = 0; i < journal.size(); ++i) {
    CHECK(journal[i].starts_with(R"({"n":)" + std::to_string(i + 1) + ","));
    CHECK(contains(journal[i], kBilled));
  }
}
