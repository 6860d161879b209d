// Unicast negotiation at a port: IEEE 1588-2019 16.1. Holds the side that asks masters
// (unicast_client.h) and the side that serves clients (unicast_server.h), and translates
// between them and messages. Pure: events in, actions out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/clock_data_sets.h"
#include "ptpcore/protocol/port_counters.h"
#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/received.h"
#include "ptpcore/protocol/sender.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/unicast_client.h"
#include "ptpcore/protocol/unicast_server.h"

namespace ptpcore::protocol {

struct UnicastConfig {
  UnicastClientConfig client;  // without masters nothing is asked for
  UnicastServerConfig server;
  bool serve = true;  // whether others may ask
};

class UnicastNegotiation {
 public:
  // What is referred to must outlive this object.
  UnicastNegotiation(const Sender& sender, const UnicastConfig& config, const ClockDataSets& clock,
                     PortCounters& counters);

  // The network is ready; is gone.
  void Start(MonoTime now);
  void Stop();

  void HandleTimers(MonoTime now, Actions& actions);
  MonoTime NextDeadline() const;
  void OnSignaling(const Received& received, MonoTime now, Actions& actions);

  // As client. Whether masters are asked at all.
  bool asks() const { return client_.has_value(); }
  // Whether a message is of a master of the list: of others nothing was asked for. Takes
  // note that the master is heard.
  bool Accepts(const Received& received, MonoTime now);
  // Another master is followed; absent: none.
  void Follow(const std::optional<wire::PortAddress>& master, MonoTime now, Actions& actions);
  std::optional<int8_t> Granted(const wire::PortAddress& master, UnicastService service) const;
  // What keeps the port from a master, or (once it has one) from its time.
  std::optional<Explanation> Trouble() const;

  // As server: what there is to give in the port's state.
  void SetServing(Serving serving, Actions& actions);
  // Whether a Delay_Req from there is to be answered.
  bool ServesDelay(const wire::PortAddress& client) const;
  // Our Sync to this client left at `t1`.
  void OnSyncTransmitted(const wire::Header& sync, const wire::PortAddress& to, LocalTime t1,
                         Actions& actions);
  // The clock was stepped: every Sync under way was timed by the clock before.
  void ClockStepped();

  const UnicastClient* client() const { return client_ ? &*client_ : nullptr; }
  const UnicastServer* server() const { return server_ ? &*server_ : nullptr; }

 private:
  void Say(const UnicastSignals& signals, Actions& actions);
  void Send(const UnicastDue& due, Actions& actions);

  const Sender& sender_;
  const ClockDataSets& clock_;
  PortCounters& counters_;
  std::optional<UnicastClient> client_;
  std::optional<UnicastServer> server_;
  uint16_t signaling_sequence_ = 0;
};

}  // namespace ptpcore::protocol
