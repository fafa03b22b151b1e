// TLS with a certificate made on the fly.
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "raw_client.h"
#include "sandbox/server.h"
#include "sandbox_folder.h"
#include "usage/base/error.h"

using namespace usage::sandbox;

namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    kFree(value);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

TlsFiles make_certificate(const SandboxFolder& folder) {
  const TlsFiles files{folder.file("cert.pem"), folder.file("key.pem")};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  PEM_write_X509(File(std::fopen(files.certificate.c_str(), "w")).get(), certificate.get());
  PEM_write_PrivateKey(File(std::fopen(files.key.c_str(), "w")).get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
  return files;
}

const std::string kBody = R"({"billable_items":[{"sid":"BIa","quantity":12.50}]})";
const std::string kRequest =
    "POST /v1/InstalledAddOns/XE00000000000000000000000000000001/Usage HTTP/1.1\r\nHost: localhost\r\n"
    "Authorization: Basic QUMxOnNlY3JldA==\r\nContent-Type: application/json\r\nContent-Length: " +
    std::to_string(kBody.size()) + "\r\n\r\n" + kBody;

struct Fixture {
  explicit Fixture(const char* fault) {
    ServerOptions options;
    options.tls = make_certificate(folder);
    options.journal = folder.file("journal");
    options.endpoint.scenario.otherwise = FaultsInTurn{{*fault_named(fault)}, false};
    server = std::make_unique<Server>(std::move(options));
  }
  SandboxFolder folder;
  std::unique_ptr<Server> server;
};

// Sends the request over TLS and reads to the end.
std::string exchange(RawClient& connection) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  const Session session(SSL_new(context.get()));
  SSL_set_fd(session.get(), connection.fd());
  REQUIRE(SSL_connect(session.get()) == 1);
  SSL_write(session.get(), kRequest.data(), static_cast<int>(kRequest.size()));
  std::string received;
  std::array<char, 4096> buffer{};
  for (int count = 0; (count = SSL_read(session.get(), buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
    received.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return received;
}

}  // namespace

TEST_CASE("requests come and replies go over TLS") {
  Fixture fixture("close_after_reply");
  CHECK(fixture.server->url().starts_with("https://127.0.0.1:"));
  RawClient connection(fixture.server->port());
  const std::string reply = exchange(connection);
  CHECK(reply.starts_with("HTTP/1.1 202 Accepted\r\n"));
  CHECK(reply.ends_with(R"({"sid":"BIa","quantity":12.50,"submitted":true}]})"));
}

TEST_CASE("a connection is lost under TLS as without") {
  for (const char* fault : {"close_after_billing", "reset_after_billing"}) {
    CAPTURE(fault);
    Fixture fixture(fault);
    RawClient connection(fixture.server->port());
    CHECK(exchange(connection) == "");
    CHECK(fixture.folder.lines("journal").at(0).find(R"("status":null,"billed":[{"sid":"BIa")") != std::string::npos);
  }
}

TEST_CASE("a client that does not speak TLS gets nothing, and harms nothing") {
  Fixture fixture("close_after_reply");
  RawClient plain(fixture.server->port());
  plain.send(kRequest);
  CHECK(plain.read_to_end().bytes.find("HTTP/1.1") == std::string::npos);
  RawClient connection(fixture.server->port());
  CHECK(exchange(connection).starts_with("HTTP/1.1 202"));
  CHECK(fixture.folder.lines("journal").size() == 1);
}

TEST_CASE("files that are no certificate and key are refused with the file's name") {
  const SandboxFolder folder;
  ServerOptions options;
  options.tls = TlsFiles{folder.file("missing.pem"), folder.file("key.pem")};
  CHECK_THROWS_WITH_AS(Server{options}, doctest::Contains("missing.pem"), usage::UsageError);
}
