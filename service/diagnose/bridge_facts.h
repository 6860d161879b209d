// How an interface hangs together with other devices of this host: bridge, ports, cards.
#pragma once

#include <functional>
#include <string>

#include "service/diagnose/facts.h"
#include "service/host/interfaces.h"

namespace hostctl::diagnose {

// The first line of a file; empty where it cannot be read.
using ReadLine = std::function<std::string(const std::string& path)>;
std::string ReadLineOfFile(const std::string& path);

// Fills in what follows from the devices there are: path, cards, bridge, same_network.
// `read` reads /sys/class/net.
void DescribeInterface(const host::Snapshot& snapshot, const ReadLine& read,
                       InterfaceFacts& interface);

}  // namespace hostctl::diagnose
