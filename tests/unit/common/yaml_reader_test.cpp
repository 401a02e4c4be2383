// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/yaml_reader.h"

#include "common/error.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

YamlReader parse(const std::string& text) {
    return YamlReader::parse(text, "conf/f.yaml");
}

template <class F>
std::string error_of(const F& f) {
    try {
        f();
    } catch (const UserError& error) {
        return error.what();
    }
    return "no error";
}

template <class T>
std::string error_reading(const std::string& text, Range<T> range = {}) {
    return error_of([&] { parse(text).required<T>("k", range); });
}

TEST(YamlReader, reads_every_type) {
    const YamlReader r = parse(
        "i: -4\nl: 9000000000\nu: 18446744073709551615\nd: 1.5e-15\nb: true\ns: hello\nq: \"7\"\n");
    EXPECT_EQ(r.required<int>("i"), -4);
    EXPECT_EQ(r.required<std::int64_t>("l"), 9000000000);
    EXPECT_EQ(r.required<std::uint64_t>("u"), 18446744073709551615u);
    EXPECT_EQ(r.required<double>("d"), 1.5e-15);
    EXPECT_TRUE(r.required<bool>("b"));
    EXPECT_EQ(r.required<std::string>("s"), "hello");
    EXPECT_EQ(r.required<std::string>("q"), "7");
    r.done();
}

TEST(YamlReader, defaults_apply_only_to_absent_keys) {
    const YamlReader r = parse("a: 3\nempty:\n");
    EXPECT_EQ(r.optional<int>("a", 8), 3);
    EXPECT_EQ(r.optional<int>("b", 8), 8);
    EXPECT_EQ(error_of([&] { r.optional<int>("empty", 8); }), "conf/f.yaml:2: empty: has no value");
}

TEST(YamlReader, rejects_ill_typed_values_with_file_line_and_path) {
    EXPECT_EQ(error_reading<int>("a: 1\nk: x\n"),
              "conf/f.yaml:2: k: is 'x', must be an integer (decimal digits only)");
    for (const char* text :
         {"k: 010", "k: 0x10", "k: 1e3", "k: 4.0", "k: +4", "k: 1_000", "k: ''", "k: \"4\"", "k: ~",
          "k: [4]", "k: {a: 4}", "k: 99999999999", "k: true", "k: 4 5", "k: .inf"})
        EXPECT_NE(error_reading<int>(text), "no error") << text;
    for (const char* text : {"k: .inf", "k: -.inf", "k: .nan", "k: nan", "k: inf", "k: 1e999",
                             "k: 0x1p3", "k: 01.5", "k: 1.5pJ", "k: .", "k: -"})
        EXPECT_NE(error_reading<double>(text), "no error") << text;
    for (const char* text : {"k: yes", "k: on", "k: True", "k: 1", "k: \"true\""})
        EXPECT_NE(error_reading<bool>(text), "no error") << text;
    EXPECT_EQ(error_reading<std::uint64_t>("k: -1"),
              "conf/f.yaml:1: k: is '-1', must be an integer of at least 0");
}

TEST(YamlReader, checks_both_ends_of_a_range) {
    EXPECT_EQ(error_reading<int>("k: 0", {1, 1024}), "conf/f.yaml:1: k: is 0, must be in 1..1024");
    EXPECT_EQ(error_reading<int>("k: 1025", {1, 1024}),
              "conf/f.yaml:1: k: is 1025, must be in 1..1024");
    EXPECT_EQ(error_reading<int>("k: 1", {1, 1024}), "no error");
    EXPECT_EQ(error_reading<int>("k: 1024", {1, 1024}), "no error");
    Range<int> positive;
    positive.low = 1;
    EXPECT_EQ(error_reading<int>("k: 0", positive), "conf/f.yaml:1: k: is 0, must be at least 1");
}

TEST(YamlReader, done_names_the_unknown_key_and_the_nearest_known_one) {
    const YamlReader r = parse("rows: 4\ncolums: 5\n");
    r.required<int>("rows");
    r.optional<int>("columns", 1);
    EXPECT_EQ(error_of([&] { r.done(); }),
              "conf/f.yaml:2: colums: unknown key, did you mean 'columns'?");
    const YamlReader far = parse("rows: 4\nzebra: 5\n");
    far.required<int>("rows");
    EXPECT_EQ(error_of([&] { far.done(); }),
              "conf/f.yaml:2: zebra: unknown key, must be one of rows");
}

TEST(YamlReader, a_missing_key_points_at_the_misspelt_one) {
    EXPECT_EQ(error_of([] { parse("rosw: 4").required<int>("rows"); }),
              "conf/f.yaml:1: rows: is missing (there is 'rosw')");
    EXPECT_EQ(error_of([] { parse("a:\n  b: 1").required_child("a").required<int>("zz"); }),
              "conf/f.yaml:1: a.zz: is missing");
}

TEST(YamlReader, done_covers_children_and_their_lists) {
    const YamlReader r = parse("a:\n  b: {c: 1, d: 2}\nl:\n  - x: 1\n  - x: 2\n    y: 3\n");
    EXPECT_EQ(r.required_child("a").required_child("b").required<int>("c"), 1);
    const auto items = r.required_children("l");
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[0].required<int>("x") + items[1].required<int>("x"), 3);
    EXPECT_EQ(error_of([&] { r.done(); }), "conf/f.yaml:2: a.b.d: unknown key, must be one of c");
    r.required_child("a").required_child("b").required<int>("d");  // the same child again
    EXPECT_EQ(error_of([&] { r.done(); }), "conf/f.yaml:6: l[1].y: unknown key, must be one of x");
    items[1].required<int>("y");
    r.done();
}

TEST(YamlReader, children_must_be_mappings) {
    EXPECT_EQ(error_of([] { parse("a: 3").required_child("a"); }),
              "conf/f.yaml:1: a: must be a mapping (key: value lines)");
    EXPECT_EQ(error_of([] { parse("b: 3").required_child("a"); }), "conf/f.yaml:1: a: is missing");
    EXPECT_EQ(parse("b: 3").optional_child("a").optional<int>("x", 5), 5);
    EXPECT_NE(error_of([] { parse("a: 3").required_children("a"); }), "no error");
    EXPECT_EQ(error_of([] { parse("a:\n - x: 1\n - 4").required_children("a"); }),
              "conf/f.yaml:1: a: item 2 must be a mapping");
}

TEST(YamlReader, rejects_duplicate_merge_and_odd_keys_anywhere) {
    EXPECT_EQ(error_of([] { parse("a: 1\nb: 2\na: 3"); }),
              "conf/f.yaml:3: a: duplicate key, first given in line 1");
    EXPECT_NE(error_of([] { parse("a:\n  - {x: 1, x: 2}"); }).find("duplicate"), std::string::npos);
    EXPECT_NE(error_of([] { parse("a: &m {x: 1}\nb: {<<: *m}"); }).find("merge"),
              std::string::npos);
    for (const char* text : {"", "4", "- a", "a: [", "a: 1\n---\nb: 2", "? [x]\n: 1", "&a a: *b",
                             "\tx: 1", "a: &x [*x]"})
        EXPECT_NE(error_of([&] { parse(text); }), "no error") << text;
}

TEST(YamlReader, lists_and_enums) {
    enum class Colour { red, blue };
    const YamlReader r = parse("l: [1, 2, 4]\none: 8\nbad: [1, x]\nnone: []\nc: blue\nw: green\n");
    EXPECT_EQ(r.required_list<int>("l"), (std::vector<int>{1, 2, 4}));
    EXPECT_EQ(r.required_list<int>("one"), std::vector<int>{8});
    EXPECT_EQ(error_of([&] { r.required_list<int>("bad"); }),
              "conf/f.yaml:3: bad: item 2 is 'x', must be an integer (decimal digits only)");
    EXPECT_NE(error_of([&] { r.required_list<int>("none"); }), "no error");
    EXPECT_NE(error_of([&] { r.required_list<int>("l", {1, 3}); }), "no error");
    EXPECT_EQ(r.required_enum<Colour>("c", {{"red", Colour::red}, {"blue", Colour::blue}}),
              Colour::blue);
    EXPECT_EQ(r.optional_enum<Colour>("x", Colour::red, {{"red", Colour::red}}), Colour::red);
    EXPECT_EQ(error_of([&] {
                  r.required_enum<Colour>("w", {{"red", Colour::red}});
              }),
              "conf/f.yaml:6: w: is 'green', must be one of red");
}

TEST(YamlReader, paths_are_relative_to_the_file) {
    YamlReader r = parse("p: ../x/y.yaml\nq: /abs/z\n");
    EXPECT_EQ(r.required_path("p"), "x/y.yaml");
    EXPECT_EQ(r.required_path("q"), "/abs/z");
    r.override_value("p=here.yaml");
    EXPECT_EQ(r.required_path("p"), "here.yaml");
}

TEST(YamlReader, overrides_replace_add_and_are_checked) {
    YamlReader r = parse("a: 1\nm: {x: 2}\n");
    r.override_value("a=7");
    r.override_value("m.y=3");
    r.override_value("new.deep=[1, 2]");
    EXPECT_EQ(r.required<int>("a"), 7);
    EXPECT_EQ(r.required_child("m").required<int>("y"), 3);
    EXPECT_EQ(r.required_child("new").required_list<int>("deep"), (std::vector<int>{1, 2}));
    EXPECT_EQ(error_of([&] { r.required<int>("a", {1, 4}); }), "--set a: is 7, must be in 1..4");
    EXPECT_EQ(r.node()["a"].as<int>(), 7);
    for (const char* bad : {"a", "=1", "a.b=1", ".a=1", "a.=1", "z=[1"})
        EXPECT_NE(error_of([&] { r.override_value(bad); }), "no error") << bad;
    YamlReader unknown = parse("a: 1\n");
    unknown.override_value("b.c=2", "part.");
    unknown.required<int>("a");
    EXPECT_EQ(error_of([&] { unknown.done(); }), "--set part.b: unknown key, must be one of a");
}

TEST(YamlReader, load_reports_what_it_cannot_open) {
    const auto folder = std::filesystem::path(testing::TempDir());
    EXPECT_NE(error_of([&] {
                  YamlReader::load(folder / "missing.yaml");
              }).find("missing.yaml: No such file"),
              std::string::npos);
    EXPECT_NE(error_of([&] { YamlReader::load(folder); }).find("is a folder"), std::string::npos);
    const auto file = folder / "yaml_reader_test.yaml";
    std::ofstream(file) << "a: 1\n";
    EXPECT_EQ(YamlReader::load(file).required<int>("a"), 1);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace cimarron
