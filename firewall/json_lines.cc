// The parser tells of tokens, and reads characters through an iterator of ours
// that counts lines.
#include "firewall/json_lines.h"

#include <cstddef>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

struct Position {
  int line = 1;
  char last = 0;  // the character read last

  // A number, and what is missing at the end of a line, is only seen one character
  // later.
  int line_of_token() const { return last == '\n' ? line - 1 : line; }
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->last = *at_++;
    if (position_->last == '\n') ++position_->line;
    return *this;
  }
  bool operator==(const CountingIterator& o) const { return at_ == o.at_; }
  bool operator!=(const CountingIterator& o) const { return at_ != o.at_; }

 private:
  const char* at_;
  Position* position_;
};

// Without what is meant for programmers and what we tell ourselves:
// "[json.exception.parse_error.101] parse error at line 1, column 1: ".
std::string ReasonOf(const std::string& words) {
  for (const char* const border : {", column ", "] "}) {
    const size_t begin = words.find(border);
    const size_t end = words.find(border[0] == ',' ? ": " : "] ", begin);
    if (begin != std::string::npos && end != std::string::npos) return words.substr(end + 2);
  }
  return words;
}

// Builds the tree from the tokens; each function returns false to stop.
class TreeBuilder final : public nlohmann::json_sax<json> {
 public:
  explicit TreeBuilder(const Position& position) : position_(position) {}

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return Add(value); }
  bool string(string_t& value) override { return Add(value); }
  bool binary(binary_t& /*value*/) override { return false; }  // not in text
  bool start_object(std::size_t /*size*/) override { return Open(json::object()); }
  bool start_array(std::size_t /*size*/) override { return Open(json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (open_.back().node.Find(name) != nullptr) {
      return Stop(absl::StrCat("\"", name, "\" is given twice"));
    }
    open_.back().key = name;
    return true;
  }

  bool parse_error(std::size_t /*offset*/, const std::string& /*token*/,
                   const json::exception& error) override {
    return Stop(ReasonOf(error.what()));
  }

  std::variant<JsonNode, JsonMistake> Take() {
    if (!mistake_.reason.empty()) return std::move(mistake_);
    return std::move(root_);
  }

 private:
  struct Unfinished {
    JsonNode node;
    std::string key;  // of the member that comes next
  };

  bool Stop(std::string reason) {
    mistake_ = {position_.line_of_token(), std::move(reason)};
    return false;
  }
  bool Add(json value) {
    Put({position_.line_of_token(), std::move(value), {}, {}});
    return true;
  }
  void Put(JsonNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.value.is_array()) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      open_.back().node.members.emplace_back(std::move(open_.back().key), std::move(node));
    }
  }
  bool Open(json empty) {
    if (open_.size() == kMaxJsonDepth) {
      return Stop(absl::StrCat("is nested deeper than ", kMaxJsonDepth, " levels"));
    }
    open_.push_back({{position_.line_of_token(), std::move(empty), {}, {}}, ""});
    return true;
  }
  bool Close() {
    JsonNode done = std::move(open_.back().node);
    open_.pop_back();
    Put(std::move(done));
    return true;
  }

  const Position& position_;
  std::vector<Unfinished> open_;  // from the outside in
  JsonNode root_;
  JsonMistake mistake_;
};

}  // namespace

const JsonNode* JsonNode::Find(const std::string& name) const {
  for (const auto& [member, node] : members) {
    if (member == name) return &node;
  }
  return nullptr;
}

std::variant<JsonNode, JsonMistake> ParseJsonLines(const std::string& text) {
  Position position;
  TreeBuilder builder(position);
  const char* const begin = text.data();
  json::sax_parse(CountingIterator(begin, &position),
                  CountingIterator(begin + text.size(), &position), &builder);
  return builder.Take();
}

}  // namespace hostctl::firewall
