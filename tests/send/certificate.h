// A self-signed certificate, made on the fly.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace usage::test {

class Certificate {
 public:
  // `name` as OpenSSL writes alternative names: "IP:127.0.0.1", "DNS:elsewhere.example".
  explicit Certificate(const std::string& name)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), x509_(X509_new(), X509_free) {
    X509_set_version(x509_.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509_.get()), 7);
    X509_gmtime_adj(X509_getm_notBefore(x509_.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509_.get()), 3600);
    X509_NAME* subject = X509_get_subject_name(x509_.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("usage test"), -1,
                               -1, 0);
    X509_set_issuer_name(x509_.get(), subject);
    X509_set_pubkey(x509_.get(), key_.get());
    X509_EXTENSION* alternative = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    X509_add_ext(x509_.get(), alternative, -1);
    X509_EXTENSION_free(alternative);
    if (X509_sign(x509_.get(), key_.get(), EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  }

  // What a server needs to speak TLS with it.
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> server_context() const {
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), x509_.get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    return context;
  }

  std::string write_pem(const std::filesystem::path& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) throw std::runtime_error("no file");
    PEM_write_X509(file, x509_.get());
    std::fclose(file);
    return path.string();
  }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> x509_;
};

}  // namespace usage::test
