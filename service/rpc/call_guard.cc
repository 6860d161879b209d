// See call_guard.h.
#include "service/rpc/call_guard.h"

#include <grpc/grpc.h>
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "hostctl/v1/access.pb.h"
#include "service/reconcile/failure.h"
#include "service/rpc/errors.h"

namespace hostctl::rpc {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using grpc::experimental::InterceptionHookPoints;
using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;
using std::chrono::steady_clock;

v1::Access AccessOf(const MethodDescriptor& method) {
  return method.options().GetExtension(v1::access);
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

absl::Status TooLow(const MethodDescriptor& method, const Caller& caller) {
  const bool admin = AccessOf(method) == v1::ACCESS_ADMIN;
  const std::string needed = admin ? "admin" : caller.role == Role::kNone ? "viewer" : "operator";
  const bool local = caller.certificate.empty();
  const std::string remedy =
      local ? "run hostctl with sudo, or become a member of the group that owns hostd's socket: "
              "sudo usermod -aG hostctl USER, and log in again"
            : absl::StrCat("show a certificate that hostd's access policy gives the role ", needed,
                           "; without a policy file OU=admin in its subject makes an admin");
  return reconcile::Failure(
      absl::StatusCode::kPermissionDenied,
      local ? absl::StrCat(method.name(), " is for administrators of this host; ", caller.name,
                           " came through the ", caller.from, ", which only shows")
            : absl::StrCat(method.name(), " needs the role ", admin ? "admin" : needed, "; ",
                           caller.name, " has the role ", RoleText(caller.role)),
      {admin                        ? "ADMIN_REQUIRED"
       : caller.role == Role::kNone ? "ROLE_REQUIRED"
                                    : "OPERATOR_REQUIRED",
       "", remedy});
}

// gRPC itself would say UNIMPLEMENTED, as if hostd had no such method.
grpc::Status Unreadable(const MethodDescriptor& method) {
  return ToGrpcStatus(reconcile::Failure(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat("the request of ", method.name(), " is not a readable message ",
                   method.input_type()->full_name()),
      {"REQUEST_UNREADABLE", "", "send one, with every text in UTF-8"}));
}

// The callback API's handlers know their requests as void; all are protobuf messages, whose
// first and only base is Message.
const Message* AsMessage(const void* message) {
  return static_cast<const Message*>(message);
}

}  // namespace

// The context of a call, with what the guard knows of it.
class CallGuard::Context final : public grpc::CallbackServerContext {
 public:
  std::optional<grpc::Status> refused;
  // In milliseconds of the steady clock; 0: nothing is being written.
  std::atomic<int64_t> writing_since{0};
  std::atomic<bool> dropped{false};
};

// Makes the contexts, and knows those of the calls that are open.
class CallGuard::Contexts final : public grpc::ContextAllocator {
 public:
  explicit Contexts(CallGuard& guard) : guard_(guard) {}

  grpc::CallbackServerContext* NewCallbackServerContext() override {
    auto* context = new Context();
    const std::lock_guard<std::mutex> lock(guard_.mutex_);
    guard_.open_.insert(context);
    return context;
  }

  void Release(grpc::CallbackServerContext* context) override {
    auto* const ours = static_cast<Context*>(context);
    {
      const std::lock_guard<std::mutex> lock(guard_.mutex_);
      guard_.open_.erase(ours);
    }
    delete ours;
  }

 private:
  CallGuard& guard_;
};

// In front of a handler of a service.
class CallGuard::Handler final : public MethodHandler {
 public:
  Handler(const MethodDescriptor& method, MethodHandler& service)
      : method_(method), service_(service) {}

  void RunHandler(const HandlerParameter& call) override {
    auto& refused = static_cast<Context*>(call.server_context)->refused;
    if (!refused && !call.status.ok()) refused = Unreadable(method_);
    if (!refused) {
      service_.RunHandler(call);
      return;
    }
    // With a status that is not OK the handler ends the call without asking its service.
    service_.RunHandler(HandlerParameter(call.call, call.server_context, call.request, *refused,
                                         call.internal_data, call.call_requester));
  }

  void* Deserialize(grpc_call* call, grpc_byte_buffer* request, grpc::Status* status,
                    void** handler_data) override {
    return service_.Deserialize(call, request, status, handler_data);
  }

 private:
  const MethodDescriptor& method_;
  MethodHandler& service_;
};

// What gRPC serves in place of a service.
class CallGuard::Gate final : public grpc::Service {
 public:
  // Naming it here makes it callable for any service.
  static MethodHandler* HandlerOf(grpc::Service& service, int method) {
    return (service.*(&Gate::GetHandler))(method);
  }

  Gate(const google::protobuf::ServiceDescriptor& descriptor, grpc::Service& service) {
    paths_.reserve(static_cast<size_t>(descriptor.method_count()));
    for (int i = 0; i < descriptor.method_count(); ++i) {
      const MethodDescriptor& method = *descriptor.method(i);
      paths_.push_back(PathOf(method));
      const auto type =
          method.server_streaming() ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC;
      AddMethod(new grpc::internal::RpcServiceMethod(paths_.back().c_str(), type, nullptr));
      MarkMethodCallback(i, new Handler(method, *HandlerOf(service, i)));  // owned by gRPC
    }
  }

 private:
  std::vector<std::string> paths_;  // gRPC keeps pointers to them
};

// Follows one call from its first byte to its last.
class CallGuard::Watch final : public grpc::experimental::Interceptor {
 public:
  Watch(CallGuard& guard, const MethodDescriptor& method, Context& context)
      : guard_(guard), method_(method), context_(context) {}

  ~Watch() override {
    if (counted_) guard_.limits_.End(record_.caller.key);
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Begin();
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      record_.request = AsMessage(batch->GetRecvMessage());
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      record_.response = AsMessage(batch->GetSendMessage());
      context_.writing_since = Milliseconds(steady_clock::now());
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::POST_SEND_MESSAGE)) {
      context_.writing_since = 0;
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      if (context_.refused) batch->ModifySendStatus(*context_.refused);
      End(batch->GetSendStatus());
    }
    batch->Proceed();
  }

  static int64_t Milliseconds(steady_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }

 private:
  void Begin() {
    record_.begun = absl::Now();
    record_.method = &method_;
    record_.caller = CallerOf(context_, guard_.settings_.role_of);
    const absl::Status admitted = guard_.Admit(method_, context_, record_.caller, counted_);
    record_.admitted = admitted.ok();
    if (!admitted.ok()) context_.refused = ToGrpcStatus(admitted);
  }

  void End(const grpc::Status& status) {
    if (AccessOf(method_) == v1::ACCESS_READ_ONLY) return;
    record_.status = status;
    if (method_.server_streaming() || !status.ok()) record_.response = nullptr;
    guard_.settings_.record(record_);
  }

  CallGuard& guard_;
  const MethodDescriptor& method_;
  Context& context_;
  CallRecord record_;
  bool counted_ = false;
};

class CallGuard::Watches final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Watches(CallGuard& guard) : guard_(guard) {}

  // Null, which gRPC leaves out, for health checking and reflection.
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* call) override {
    const auto method = guard_.methods_.find(call->method());
    if (method == guard_.methods_.end()) return nullptr;
    return new Watch(guard_, *method->second, *static_cast<Context*>(call->server_context()));
  }

 private:
  CallGuard& guard_;
};

CallGuard::CallGuard(GuardSettings settings) : settings_(std::move(settings)) {}

CallGuard::~CallGuard() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

void CallGuard::Register(grpc::ServerBuilder& builder, const std::string& name,
                         grpc::Service& service) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
  for (int i = 0; i < descriptor->method_count(); ++i) {
    methods_[PathOf(*descriptor->method(i))] = descriptor->method(i);
  }
  gates_.push_back(std::make_unique<Gate>(*descriptor, service));
  builder.RegisterService(gates_.back().get());
}

void CallGuard::Install(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> watches;
  watches.push_back(std::make_unique<Watches>(*this));
  builder.experimental().SetInterceptorCreators(std::move(watches));
  builder.SetContextAllocator(std::make_unique<Contexts>(*this));
  watcher_ = std::thread([this] { DropSlowReaders(); });
}

absl::Status CallGuard::Admit(const MethodDescriptor& method, const Context& context,
                              const Caller& caller, bool& counted) {
  absl::Status admitted =
      limits_.Begin(caller.key, settings_.limits.at(caller.role), steady_clock::now());
  counted = admitted.ok();
  if (!admitted.ok()) return admitted;
  if (!MayCall(caller.role, AccessOf(method))) return TooLow(method, caller);
  // Nobody waits for it any more: what it asks for is not begun.
  if (context.deadline() <= std::chrono::system_clock::now()) {
    return absl::DeadlineExceededError("the deadline of the call passed before it was begun");
  }
  return absl::OkStatus();
}

// A stream writes one message at a time, so what a slow reader costs is one message and its
// place among the running calls; it is freed here.
void CallGuard::DropSlowReaders() {
  const auto pause = std::min<std::chrono::milliseconds>(settings_.slow_reader / 4,
                                                         std::chrono::milliseconds(1000));
  const std::string words = absl::StrCat("a message was not read for ",
                                         settings_.slow_reader.count(), " ms: the stream is ended");
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_.wait_for(lock, pause, [this] { return ended_; })) {
    const int64_t now = Watch::Milliseconds(steady_clock::now());
    std::vector<grpc_call*> slow;
    for (Context* context : open_) {
      const int64_t since = context->writing_since;
      if (since == 0 || now - since < settings_.slow_reader.count()) continue;
      if (context->dropped.exchange(true)) continue;
      settings_.log(absl::StrCat("a reader at ", context->peer(), " is too slow: ", words));
      slow.push_back(context->c_call());
      grpc_call_ref(slow.back());
    }
    // Without the lock: what ends with the call takes it.
    lock.unlock();
    for (grpc_call* call : slow) {
      grpc_call_cancel_with_status(call, GRPC_STATUS_RESOURCE_EXHAUSTED, words.c_str(), nullptr);
      grpc_call_unref(call);
    }
    lock.lock();
  }
}

}  // namespace hostctl::rpc
