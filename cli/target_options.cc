#include "cli/target_options.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace hostctl::cli {
namespace {

constexpr char kDefaultSocket[] = "/run/hostctl/hostd.sock";
constexpr char kReadOnlySocket[] = "/run/hostctl/hostd-read-only.sock";

// One PEM file of the credentials, and the ways to say where it is.
struct PemFile {
  const char* option;
  const char* variable;
  const char* usual_name;
  const char* marker;  // what such a file begins with
  std::string Credentials::*content;
};
constexpr PemFile kPemFiles[] = {
    {"tls-certificate", "HOSTCTL_TLS_CERTIFICATE", "client.crt", "-----BEGIN CERTIFICATE-----",
     &Credentials::certificate},
    {"tls-key", "HOSTCTL_TLS_KEY", "client.key", "PRIVATE KEY-----", &Credentials::key},
    {"tls-ca", "HOSTCTL_TLS_CA", "ca.crt", "-----BEGIN CERTIFICATE-----", &Credentials::authority},
};

std::string NonEmpty(const Environment& environment, const char* name) {
  return environment(name).value_or("");
}

std::string ConfigFolder(const Environment& environment) {
  const std::string xdg = NonEmpty(environment, "XDG_CONFIG_HOME");
  if (!xdg.empty()) return xdg + "/hostctl";
  return NonEmpty(environment, "HOME") + "/.config/hostctl";
}

std::string PathOf(const PemFile& file, const Arguments& globals, const Environment& environment) {
  if (globals.Has(file.option)) return globals.String(file.option);
  const std::string variable = NonEmpty(environment, file.variable);
  return variable.empty() ? ConfigFolder(environment) + "/" + file.usual_name : variable;
}

std::optional<Failure> Read(const PemFile& file, const std::string& path,
                            Credentials* credentials) {
  const std::string remedy = std::string("name the file with --") + file.option + " or " +
                             file.variable + "; see 'Remote hosts' in cli/README.md";
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad() || errno == EISDIR) {
    const int error = errno;
    return Failure{error == EACCES ? kExitRefused : kExitFailed,
                   std::string("Cannot read the ") + file.option + " file " + path + ": " +
                       std::strerror(error),
                   {},
                   {remedy}};
  }
  if (content.find(file.marker) == std::string::npos) {
    return Failure{
        kExitFailed,
        path + " holds no PEM block '" + file.marker + "', as the " + file.option + " file must",
        {},
        {remedy}};
  }
  credentials->*file.content = std::move(content);
  return std::nullopt;
}

Target LocalTarget(const Arguments& globals, const Environment& environment) {
  if (globals.Has("socket")) return UnixTarget{globals.String("socket")};
  const std::string variable = NonEmpty(environment, "HOSTCTL_SOCKET");
  if (!variable.empty()) return UnixTarget{variable};
  return UnixTarget{kDefaultSocket, kReadOnlySocket};
}

}  // namespace

std::variant<std::vector<Target>, Failure> TargetsOf(const Arguments& globals,
                                                     const Environment& environment) {
  if (!globals.Has("server")) return std::vector<Target>{LocalTarget(globals, environment)};
  if (globals.Has("socket")) {
    return Failure{kExitUsage, "Only one of --socket, --server can be given", {}, {}};
  }
  std::vector<Target> targets;
  for (const std::string& text : globals.List("server")) {
    const ParsedServer server = ParseServer(text);
    if (!server.ok) {
      return Failure{
          kExitUsage,
          "While processing '--server'. Expecting HOST, HOST:PORT or [IPV6]:PORT. Got '" + text +
              "'",
          {},
          {}};
    }
    targets.emplace_back(TcpTarget{server.host, server.port, {}});
    const auto same = [&](const Target& other) {
      return TargetText(other) == TargetText(targets.back());
    };
    // Twice the same would be set twice, at the same time.
    if (std::any_of(targets.begin(), targets.end() - 1, same)) targets.pop_back();
  }
  Credentials credentials;
  for (const PemFile& file : kPemFiles) {
    if (auto failure = Read(file, PathOf(file, globals, environment), &credentials)) {
      return *failure;
    }
  }
  for (Target& target : targets) std::get<TcpTarget>(target).credentials = credentials;
  return targets;
}

}  // namespace hostctl::cli
