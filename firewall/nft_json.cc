#include "firewall/nft_json.h"

#include <utility>

#include "firewall/nft_names.h"

namespace hostctl::firewall {

using nlohmann::json;

json Add(const char* kind, json object) {
  object["family"] = kTableFamily;
  object["table"] = kTableName;
  return {{"add", {{kind, std::move(object)}}}};
}

json AddRule(const std::string& chain, json::array_t expressions) {
  return Add("rule", {{"chain", chain}, {"expr", std::move(expressions)}});
}

json AddChain(const std::string& name) {
  return Add("chain", {{"name", name}});
}

json AddCounter(const std::string& name) {
  return Add("counter", {{"name", name}});
}

json Equal(json left, json right) {
  return {{"match", {{"op", "=="}, {"left", std::move(left)}, {"right", std::move(right)}}}};
}

json Payload(const std::string& protocol, const std::string& field) {
  return {{"payload", {{"protocol", protocol}, {"field", field}}}};
}

json Meta(const std::string& key) {
  return {{"meta", {{"key", key}}}};
}

json Prefix(const std::string& address, int length) {
  return {{"prefix", {{"addr", address}, {"len", length}}}};
}

json Count(const std::string& counter) {
  return {{"counter", counter}};
}

json Jump(const std::string& chain) {
  return {{"jump", {{"target", chain}}}};
}

json Accept() {
  return {{"accept", nullptr}};
}

json Drop() {
  return {{"drop", nullptr}};
}

}  // namespace hostctl::firewall
