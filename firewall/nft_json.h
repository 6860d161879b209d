// The words of libnftables' JSON interface (libnftables-json(5)) that we use.
#pragma once

#include <string>

#include "nlohmann/json.hpp"

namespace hostctl::firewall {

// Adds `object`, of that kind (`rule`, `set`, ...), to our table.
nlohmann::json Add(const char* kind, nlohmann::json object);
nlohmann::json AddRule(const std::string& chain, nlohmann::json::array_t expressions);
nlohmann::json AddChain(const std::string& name);
nlohmann::json AddCounter(const std::string& name);

// Expressions: what a packet is compared with, and what becomes of it.
nlohmann::json Equal(nlohmann::json left, nlohmann::json right);
nlohmann::json Payload(const std::string& protocol, const std::string& field);
nlohmann::json Meta(const std::string& key);
nlohmann::json Prefix(const std::string& address, int length);
nlohmann::json Count(const std::string& counter);
nlohmann::json Jump(const std::string& chain);
nlohmann::json Accept();
nlohmann::json Drop();

}  // namespace hostctl::firewall
