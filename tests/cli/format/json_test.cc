#include <limits>

#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "tests/cli/format/machine_sample.h"

namespace hostctl::cli {
namespace {

TEST(Json, WritesOneObjectWithTypedValuesInOrder) {
  EXPECT_EQ(RenderJson({false, {MachineSample()}, {}}), R"({
  "name": "a,\"b\"\n<c>\\",
  "enabled": true,
  "offset_ns": -53647,
  "count": 18446744073709551615,
  "mean_ns": -82227.5,
  "parent": null,
  "gone": null,
  "ips": [
    "192.0.2.1",
    "192.0.2.2"
  ],
  "events": [
    {
      "kind": "FAULT"
    }
  ],
  "clock": {
    "class": 248
  }
}
)");
}

TEST(Json, WritesAListAsAnArray) {
  EXPECT_EQ(RenderJson({true, {Record("R", {{"a", true}})}, {}}),
            "[\n  {\n    \"a\": true\n  }\n]\n");
  EXPECT_EQ(RenderJson({true, {}, {}}), "[]\n");
}

TEST(Json, StaysValidWithNumbersAndTextThatJsonDoesNotKnow) {
  const Record r("R", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"text", "\xff"}});
  EXPECT_EQ(RenderJson({false, {r}, {}}), "{\n  \"nan\": null,\n  \"text\": \"\uFFFD\"\n}\n");
}

}  // namespace
}  // namespace hostctl::cli
