#include <cmath>
#include <limits>

#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "tests/cli/format/machine_sample.h"

namespace hostctl::cli {
namespace {

// What stands after `a:` for a value.
std::string Written(const Value& value) {
  const std::string text = RenderYaml({false, {Record("R", {{"a", value}})}, {}});
  return text.substr(3, text.size() - 4);
}

TEST(Yaml, WritesAMappingWithItsTypes) {
  EXPECT_EQ(RenderYaml({false, {MachineSample()}, {}}),
            "name: \"a,\\\"b\\\"\\n<c>\\\\\"\n"
            "enabled: true\n"
            "offset_ns: -53647\n"
            "count: 18446744073709551615\n"
            "mean_ns: -82227.5\n"
            "parent: null\n"
            "gone: null\n"
            "ips:\n"
            "  - \"192.0.2.1\"\n"
            "  - \"192.0.2.2\"\n"
            "events:\n"
            "  - kind: FAULT\n"
            "clock:\n"
            "  class: 248\n");
}

TEST(Yaml, WritesAListAsASequence) {
  const Record r("R", {{"a", "x"}, {"inner", Record("I", {{"b", true}})}});
  EXPECT_EQ(RenderYaml({true, {r, r}, {}}),
            "- a: x\n"
            "  inner:\n"
            "    b: true\n"
            "- a: x\n"
            "  inner:\n"
            "    b: true\n");
  EXPECT_EQ(RenderYaml({true, {}, {}}), "[]\n");
}

TEST(Yaml, QuotesWhatAReaderWouldTakeForSomethingElse) {
  for (const char* text :
       {"no",   "Yes",  "ON",    "null",     "NULL",       "~",    "true", "y",  "1e3", "0x10",
        "12",   "-1",   "1_000", "12:30:45", "2021-06-17", ".inf", ".nan", "=",  "<<",  "a b",
        "a: b", "a #b", "#",     "- a",      "[a",         "{a",   "*a",   "&a", "!a",  "%a",
        "@a",   "`a",   "?",     "|",        ">",          "'",    "ä"}) {
    EXPECT_EQ(Written(text), "\"" + std::string(text) + "\"");
  }
  EXPECT_EQ(Written(""), "\"\"");
  EXPECT_EQ(Written("two\nlines\t\"'\\"), "\"two\\nlines\\t\\\"'\\\\\"");
  EXPECT_EQ(Written("\x01\x7f\xc2\x85"), "\"\\u0001\\x7f\\x85\"");
}

TEST(Yaml, LeavesPlainWordsPlain) {
  for (const char* text : {"SLAVE", "vmk0", "first-lock", "eth0.5", "a/b", "Nothing", "nose"}) {
    EXPECT_EQ(Written(text), text);
  }
}

TEST(Yaml, WritesDoublesThatStayDoubles) {
  EXPECT_EQ(Written(5.0), "5.0");
  EXPECT_EQ(Written(1e22), "1.0e+22");
  EXPECT_EQ(Written(-1.5e-9), "-1.5e-09");
  EXPECT_EQ(Written(std::numeric_limits<double>::infinity()), ".inf");
  EXPECT_EQ(Written(-std::numeric_limits<double>::infinity()), "-.inf");
  EXPECT_EQ(Written(std::nan("")), ".nan");
}

}  // namespace
}  // namespace hostctl::cli
