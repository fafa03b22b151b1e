#include "curl_settings.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/send/libcurl_version.h"

namespace usage {
namespace {

// Below the idle time-outs of common servers (5 s: Apache, Node.js), so that we rarely write to a connection which its
// server is just closing: such an attempt ends as `unknown`.
constexpr long kMaxIdleSeconds = 3;

struct GlobalCurl {
  GlobalCurl() {
    const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
    require_libcurl(version->version);
    if ((version->features & CURL_VERSION_SSL) == 0) {
      throw UsageError("libcurl", "libcurl " + std::string(version->version) + " cannot be used: it has no TLS",
                       "install the libcurl of Debian 12 or newer");
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw UsageError("libcurl", "libcurl cannot be initialised", "check the installation of libcurl and OpenSSL");
    }
  }
  ~GlobalCurl() { curl_global_cleanup(); }
};

// Once per process, before any thread of ours could exist.
void init_global_curl() {
  static const GlobalCurl once;
}

// libcurl takes variadic arguments: a number of another size than long would be read wrongly.
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  static_assert(std::is_same_v<Value, long> || std::is_pointer_v<Value>);
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw UsageError(
      "libcurl", "libcurl refuses option " + std::to_string(static_cast<int>(option)) + ": " + curl_easy_strerror(code),
      "install the libcurl of Debian 12 or newer");
}

// 0 means "for ever" to libcurl, and it keeps milliseconds in 32 bits.
long milliseconds_for_curl(Duration duration) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return static_cast<long>(std::clamp<std::int64_t>(milliseconds, 1, std::numeric_limits<std::int32_t>::max()));
}

// --- options of ours that libcurl would only look at in mid-run

// The command line lets http and https through. What is wrong is said without the proxy's text: it may hold a password.
void check_proxy(const std::string& proxy) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (url && curl_url_set(url.get(), CURLUPART_URL, proxy.c_str(), 0) == CURLUE_OK) return;
  throw UsageError("proxy", "the proxy cannot be used: its address is malformed", "give --proxy as http://HOST:PORT");
}

void check_ca_file(const std::string& ca_file) {
  std::ifstream file(ca_file);
  if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) return;
  throw UsageError("ca-file", "the CA file " + clean_text(ca_file) + " cannot be read, or is empty",
                   "name a file of certificates in PEM form with --ca-file");
}

// --- the settings of outcomes that keep a POST from going out twice, and the rest

void set_request(CURL* easy, const curl_slist* headers) {
  set(easy, CURLOPT_POST, 1L);
  set(easy, CURLOPT_HTTPHEADER, headers);
  set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // none of them to a proxy
  set(easy, CURLOPT_USERAGENT, "usage-uploader/" USAGE_VERSION);
  set(easy, CURLOPT_HTTP_VERSION,
      static_cast<long>(CURL_HTTP_VERSION_1_1));  // HTTP/2 streams are repeated when refused
  set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
  set(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);  // a small gzip reply can become a huge one
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
}

void set_credentials(CURL* easy, const Credentials& credentials) {
  set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));  // CURLAUTH_ANY asks first, then sends again
  set(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
  set(easy, CURLOPT_USERNAME, credentials.user.c_str());
  set(easy, CURLOPT_PASSWORD, credentials.secret.c_str());
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

bool has_openssl() {
  const char* name = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return name != nullptr && std::string_view(name).starts_with("OpenSSL/");
}

// Newer versions of libcurl (8.21.0, not yet 8.14.1) let OpenSSL read ahead: a reply too many is then taken off the
// socket with the one before it, and what OpenSSL holds is not seen by whoever looks whether the connection is clean.
CURLcode read_no_further_than_asked(CURL*, void* context, void*) {
  SSL_CTX_set_read_ahead(static_cast<SSL_CTX*>(context), 0);
  return CURLE_OK;
}

// Whether all that came unasked still lies on the socket when a connection is used again. Of another TLS library that
// is not known. In a proxy's own TLS, one record may hold the end of a reply of the endpoint's and what came after it.
bool shows_what_came_unasked(const CurlOptions& options) {
  if (ascii_equal_ignoring_case(options.proxy.substr(0, 8), "https://")) return false;
  return options.base_url.starts_with("http://") || has_openssl();
}

void set_tls(CURL* easy, const CurlOptions& options) {
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (has_openssl()) set(easy, CURLOPT_SSL_CTX_FUNCTION, &read_no_further_than_asked);
  for (const CURLoption verify_peer : {CURLOPT_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYPEER})
    set(easy, verify_peer, 1L);
  for (const CURLoption verify_host : {CURLOPT_SSL_VERIFYHOST, CURLOPT_PROXY_SSL_VERIFYHOST})
    set(easy, verify_host, 2L);
  if (options.ca_file.empty()) return;
  // In the system's place, not besides it: its folder of certificates would still be looked into.
  for (const CURLoption file : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO}) set(easy, file, options.ca_file.c_str());
  for (const CURLoption folder : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH}) {
    set(easy, folder, static_cast<const char*>(nullptr));
  }
}

// Empty texts, unlike none at all, keep libcurl from asking the environment (http_proxy, no_proxy and their like).
void set_way(CURL* easy, const CurlOptions& options) {
  const char* protocol = options.base_url.starts_with("https://") ? "https" : "http";
  set(easy, CURLOPT_PROTOCOLS_STR, protocol);
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocol);
  set(easy, CURLOPT_PROXY, options.proxy.c_str());
  set(easy, CURLOPT_NOPROXY, "");
  set(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);  // also for http, so that a proxy's refusal is never taken for the endpoint's
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TCP_NODELAY, 1L);
  set(easy, CURLOPT_TCP_FASTOPEN, 0L);
  set(easy, CURLOPT_PIPEWAIT, 0L);
}

void set_limits(CURL* easy, const CurlOptions& options) {
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds_for_curl(options.connect_timeout));
  set(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  set(easy, CURLOPT_FORBID_REUSE, options.fresh_connections || !shows_what_came_unasked(options) ? 1L : 0L);
}

}  // namespace

struct CurlSettings::Prototype {
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers{nullptr, curl_slist_free_all};
  std::unique_ptr<CURL, void (*)(CURL*)> easy{nullptr, curl_easy_cleanup};

  void add_header(const char* line) {
    curl_slist* longer = curl_slist_append(headers.get(), line);
    if (longer == nullptr) throw std::bad_alloc();
    (void)headers.release();
    headers.reset(longer);
  }
};

// Left at their defaults, which are "off": alt-svc, HSTS, cookies, TLS false start and early data, Accept-Encoding.
CurlSettings::CurlSettings(const CurlOptions& options, const Credentials& credentials)
    : prototype_(std::make_unique<Prototype>()) {
  init_global_curl();
  if (!options.proxy.empty()) check_proxy(options.proxy);
  if (!options.ca_file.empty()) check_ca_file(options.ca_file);
  prototype_->add_header("Content-Type: application/json");
  prototype_->add_header("Accept: application/json");
  prototype_->add_header("Expect:");  // with it, a 417 makes libcurl send a second time
  prototype_->easy.reset(curl_easy_init());
  CURL* easy = prototype_->easy.get();
  if (easy == nullptr) throw std::bad_alloc();
  set_request(easy, prototype_->headers.get());
  set_credentials(easy, credentials);
  set_tls(easy, options);
  set_way(easy, options);
  set_limits(easy, options);
}

CurlSettings::~CurlSettings() = default;

void* CurlSettings::new_handle() const {
  CURL* easy = curl_easy_duphandle(prototype_->easy.get());
  if (easy == nullptr) throw std::bad_alloc();
  return easy;
}

}  // namespace usage
