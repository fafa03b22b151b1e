// The way to the endpoint: TLS, proxies, and an environment that has no say.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "certificate.h"
#include "posting.h"
#include "scripted_server.h"
#include "support/temp_folder.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;

namespace {

// Answers over TLS with a certificate for `name`.
class TlsEndpoint {
 public:
  enum class After { kNextRequest, kCut };
  explicit TlsEndpoint(const std::string& name, const std::string& answer = reply("202 Accepted"),
                       After after = After::kNextRequest)
      : certificate_(name),
        context_(certificate_.server_context()),
        server_([this, answer, after](Connection& connection, std::size_t) {
          if (!connection.start_tls(context_.get())) return;
          while (!connection.read_request().empty()) {
            connection.send(answer);
            if (after == After::kCut) return;
          }
        }) {}
  CurlOptions options() const { return options_for("https://" + server_.authority()); }
  CurlOptions trusting_options() {
    CurlOptions trusting = options();
    trusting.ca_file = pem();
    return trusting;
  }
  std::string pem() { return certificate_.write_pem(folder_.path() / "ca.pem"); }
  ScriptedServer& server() { return server_; }
  SSL_CTX* context() { return context_.get(); }

 private:
  TempFolder folder_;
  Certificate certificate_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  ScriptedServer server_;
};

void check_not_sent(const Delivery& delivery, TransportFault fault) {
  CHECK(delivery.times_issued == 0);
  CHECK_FALSE(delivery.headers_complete);
  CHECK(delivery.http_status == 0);
  CHECK(delivery.fault == fault);
}

std::string refusal(const CurlOptions& options) {
  try {
    const SystemClock clock;
    const CurlTransport transport(options, kCredentials, clock);
    return "taken";
  } catch (const UsageError& error) {
    return error.name() + ": " + error.what();
  }
}

// A proxy that lets every CONNECT through and is itself the endpoint behind it.
ScriptedServer::Script open_proxy(std::string& connect_head) {
  return [&connect_head](Connection& connection, std::size_t) {
    connect_head = connection.read_head();
    connection.send("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  };
}

}  // namespace

TEST_CASE("a certificate that the CA file vouches for is accepted; HTTP/1.1 alone is offered") {
  TlsEndpoint endpoint("IP:127.0.0.1");
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      endpoint.context(),
      [](SSL*, const unsigned char**, unsigned char*, const unsigned char* in, unsigned length, void* argument) {
        static_cast<std::string*>(argument)->assign(in, in + length);
        return SSL_TLSEXT_ERR_NOACK;
      },
      &offered);
  Poster poster(endpoint.trusting_options());
  for (int i = 0; i < 2; ++i) {
    const Delivery delivery = poster.post();
    CHECK(delivery.fault == TransportFault::kNone);
    CHECK(delivery.http_status == 202);
    CHECK(delivery.times_issued == 1);
  }
  CHECK(endpoint.server().stop().size() == 2);
  CHECK(endpoint.server().connections() == 1);
  CHECK(offered == "\x08http/1.1");
}

TEST_CASE("a certificate that nobody vouches for ends the attempt before the request") {
  TlsEndpoint endpoint("IP:127.0.0.1");
  check_not_sent(Poster(endpoint.options()).post(), TransportFault::kBadCertificate);
  CHECK(endpoint.server().stop().empty());
}

TEST_CASE("a certificate of another name ends the attempt before the request") {
  TlsEndpoint endpoint("DNS:elsewhere.example");
  check_not_sent(Poster(endpoint.trusting_options()).post(), TransportFault::kBadCertificate);
  CHECK(endpoint.server().stop().empty());
}

TEST_CASE("a CA file stands in the system's place, and the environment's is not obeyed") {
  TlsEndpoint endpoint("IP:127.0.0.1");
  const ScopedEnvironment file("SSL_CERT_FILE", endpoint.pem());
  const ScopedEnvironment bundle("CURL_CA_BUNDLE", endpoint.pem());
  check_not_sent(Poster(endpoint.options()).post(), TransportFault::kBadCertificate);
  TlsEndpoint other("IP:127.0.0.1");
  CurlOptions wrong_ca = endpoint.options();
  wrong_ca.ca_file = other.pem();
  check_not_sent(Poster(wrong_ca).post(), TransportFault::kBadCertificate);
}

TEST_CASE("a TLS connection that is cut leaves a body of stated length incomplete") {
  for (const char* framing : {"Content-Length: 26\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"}) {
    CAPTURE(framing);
    TlsEndpoint endpoint("IP:127.0.0.1", "HTTP/1.1 202 Accepted\r\n" + std::string(framing), TlsEndpoint::After::kCut);
    const Delivery delivery = Poster(endpoint.trusting_options()).post();
    CHECK(delivery.headers_complete);
    CHECK_FALSE(delivery.body_complete);
    CHECK(delivery.fault == TransportFault::kConnectionLost);
  }
}

TEST_CASE("a TLS handshake that is cut never had the request") {
  ScriptedServer server([](Connection& connection, std::size_t) { connection.reset(); });
  check_not_sent(Poster(options_for("https://" + server.authority())).post(), TransportFault::kUnreachable);
}

TEST_CASE("a TLS connection that is reset as it is used again: one copy, and no signal ends the program") {
  Certificate certificate("IP:127.0.0.1");
  const auto context = certificate.server_context();
  const TempFolder folder;
  ScriptedServer server([&](Connection& connection, std::size_t) {
    if (!connection.start_tls(context.get())) return;
    connection.read_request();
    connection.send(reply("202 Accepted"));
    connection.read_request();
    connection.reset();
  });
  CurlOptions options = options_for("https://" + server.authority());
  options.ca_file = certificate.write_pem(folder.path() / "ca.pem");
  Poster poster(options);
  CHECK(poster.post().fault == TransportFault::kNone);
  const Delivery second = poster.post(std::string(1 << 20, 'z'));
  CHECK(second.times_issued >= 1);
  CHECK_FALSE(second.headers_complete);
  CHECK(second.fault == TransportFault::kResendPrevented);
  CHECK(server.stop().size() == 2);
}

TEST_CASE("a CA file that holds no certificate is our configuration's fault") {
  const TempFolder folder;
  const std::string path = (folder.path() / "ca.pem").string();
  std::ofstream(path) << "not a certificate\n";
  TlsEndpoint endpoint("IP:127.0.0.1");
  CurlOptions options = endpoint.options();
  options.ca_file = path;
  check_not_sent(Poster(options).post(), TransportFault::kLocalConfiguration);
}

TEST_CASE("options that cannot work are refused before anything is sent") {
  CurlOptions options = options_for("https://marketplace.twilio.com");
  options.ca_file = "/no/such/ca.pem";
  CHECK(refusal(options) == "ca-file: the CA file /no/such/ca.pem cannot be read, or is empty");
  options.ca_file = "";
  CHECK(refusal(options) == "taken");
  for (const char* proxy : {"http://user:hunter2@proxy:99999", "http://", "http://a b"}) {
    CAPTURE(proxy);
    options.proxy = proxy;
    CHECK(refusal(options).starts_with("proxy: the proxy cannot be used"));
    CHECK(refusal(options).find("hunter2") == std::string::npos);
  }
  for (const char* proxy : {"http://u:p@proxy.example", "https://proxy.example", "http://[::1]:3128"}) {
    CAPTURE(proxy);
    options.proxy = proxy;
    CHECK(refusal(options) == "taken");
  }
}

TEST_CASE("a proxy is asked to connect, sees no credentials but its own, and its reply is not the endpoint's") {
  std::string connect_head;
  ScriptedServer proxy(open_proxy(connect_head));
  CurlOptions options = options_for("http://127.0.0.1:9");
  options.proxy = "http://puser:ppass@" + proxy.authority();
  const Delivery delivery = Poster(options).post();
  const std::vector<std::string> requests = proxy.stop();
  CHECK(delivery.fault == TransportFault::kNone);
  CHECK(delivery.connect_status == 200);
  CHECK(delivery.http_status == 202);
  CHECK(delivery.headers.find("X-Proxy") == std::string::npos);
  CHECK(connect_head.starts_with("CONNECT 127.0.0.1:9 HTTP/1.1\r\n"));
  CHECK(connect_head.find("Proxy-Authorization: Basic cHVzZXI6cHBhc3M=\r\n") != std::string::npos);
  CHECK(connect_head.find(kAuthorization) == std::string::npos);
  CHECK(connect_head.find("Content-Type") == std::string::npos);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].starts_with("POST " + kPath + " HTTP/1.1\r\n"));
  CHECK(requests[0].find("Proxy-Authorization") == std::string::npos);
}

TEST_CASE("a proxy's refusal is proof that nothing was sent, and is not tried again") {
  for (const int status : {407, 403, 502, 302, 401}) {
    CAPTURE(status);
    ScriptedServer proxy([status](Connection& connection, std::size_t) {
      while (!connection.read_request().empty()) {
        connection.send(reply(std::to_string(status) + " No", "sorry",
                              "Proxy-Authenticate: Basic realm=\"p\"\r\nProxy-Authenticate: NTLM\r\n"
                              "Location: http://127.0.0.1:9/\r\n"));
      }
    });
    CurlOptions options = options_for("https://127.0.0.1:9");
    options.proxy = "http://puser:ppass@" + proxy.authority();
    const Delivery delivery = Poster(options).post();
    check_not_sent(delivery, TransportFault::kProxyRefused);
    CHECK(delivery.connect_status == status);
    CHECK(delivery.fault_text.find("ppass") == std::string::npos);
    CHECK(proxy.stop().size() == 1);
  }
}

TEST_CASE("a proxy that is silent, closes or is not there never had the request") {
  SUBCASE("silent") {
    ScriptedServer proxy([](Connection& connection, std::size_t) { connection.wait_for_end(); });
    CurlOptions options = options_for("https://127.0.0.1:9");
    options.proxy = proxy.base_url();
    options.connect_timeout = std::chrono::milliseconds(100);
    check_not_sent(Poster(options).post(), TransportFault::kTimeout);
  }
  SUBCASE("closes") {
    ScriptedServer proxy([](Connection& connection, std::size_t) { connection.read_head(); });
    CurlOptions options = options_for("https://127.0.0.1:9");
    options.proxy = proxy.base_url();
    check_not_sent(Poster(options).post(), TransportFault::kUnreachable);
  }
  SUBCASE("not there") {
    const LoopbackSocket deaf;
    CurlOptions options = options_for("https://127.0.0.1:9");
    options.proxy = "http://" + deaf.authority();
    check_not_sent(Poster(options).post(), TransportFault::kUnreachable);
  }
}

TEST_CASE("the environment names no proxy, no exception from one, and no credentials") {
  const TempFolder home;
  std::ofstream(home.path() / ".netrc") << "machine 127.0.0.1 login netrcuser password netrcpass\n";
  const LoopbackSocket deaf;
  const ScopedEnvironment home_folder("HOME", home.path().string());
  const ScopedEnvironment netrc("NETRC", (home.path() / ".netrc").string());
  const ScopedEnvironment http("http_proxy", "http://" + deaf.authority());
  const ScopedEnvironment https("HTTPS_PROXY", "http://" + deaf.authority());
  const ScopedEnvironment all("ALL_PROXY", "http://" + deaf.authority());

  ScriptedServer server([](Connection& connection, std::size_t) {
    while (!connection.read_request().empty()) connection.send(reply("202 Accepted"));
  });
  CHECK(Poster(options_for(server.base_url())).post().fault == TransportFault::kNone);
  const std::vector<std::string> requests = server.stop();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].find("Authorization: Basic " + kAuthorization + "\r\n") != std::string::npos);

  const ScopedEnvironment no_proxy("NO_PROXY", "*");
  const ScopedEnvironment no_proxy_lower("no_proxy", "127.0.0.1");
  std::string connect_head;
  ScriptedServer proxy(open_proxy(connect_head));
  CurlOptions options = options_for("http://127.0.0.1:9");
  options.proxy = proxy.base_url();
  CHECK(Poster(options).post().connect_status == 200);
}
