#include "cli/format/formatter.h"
#include "gtest/gtest.h"
#include "tests/cli/format/machine_sample.h"

namespace hostctl::cli {
namespace {

TEST(Xml, WritesATypedStructure) {
  EXPECT_EQ(RenderXml({false, {MachineSample()}, {}}), R"(<?xml version="1.0" encoding="utf-8"?>
<output>
  <structure typeName="Sample">
    <field name="name"><string>a,&quot;b&quot;
&lt;c&gt;\</string></field>
    <field name="enabled"><boolean>true</boolean></field>
    <field name="offset_ns"><integer>-53647</integer></field>
    <field name="count"><unsigned>18446744073709551615</unsigned></field>
    <field name="mean_ns"><double>-82227.5</double></field>
    <field name="ips">
      <list type="string">
        <string>192.0.2.1</string>
        <string>192.0.2.2</string>
      </list>
    </field>
    <field name="events">
      <list type="structure">
        <structure typeName="Event">
          <field name="kind"><string>FAULT</string></field>
        </structure>
      </list>
    </field>
    <field name="clock">
      <structure typeName="Clock">
        <field name="class"><unsigned>248</unsigned></field>
      </structure>
    </field>
  </structure>
</output>
)");
}

TEST(Xml, WritesAListOfStructures) {
  EXPECT_EQ(RenderXml({true, {Record("R", {{"a", true}})}, {}}),
            R"(<?xml version="1.0" encoding="utf-8"?>
<output>
  <list type="structure">
    <structure typeName="R">
      <field name="a"><boolean>true</boolean></field>
    </structure>
  </list>
</output>
)");
}

TEST(Xml, ReplacesControlCharactersThatXmlForbids) {
  const std::string text = RenderXml({false, {Record("R", {{"a", "x\x01y"}})}, {}});
  EXPECT_NE(text.find("<string>x?y</string>"), std::string::npos) << text;
}

}  // namespace
}  // namespace hostctl::cli
