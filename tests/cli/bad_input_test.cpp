// SPDX-License-Identifier: Apache-2.0
// Whatever is wrong in what the user handed over: exit status 2, one sentence on standard error that says
// what it is, no answer, no file.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

TEST(BadInput, Words) {
  expect_refused(
      {{"smaple ising-square", "did you mean 'sample'"},
       {"train rmb s.h5 -o x.h5", "did you mean 'rbm'"},
       {"train", "known: rbm"},
       {"--bogus", "--bogus"},
       {"--threads 2 models", "flags follow the command"},
       {"models extra", "'extra'"},
       {"doctor --jsn", "did you mean '--json'"},
       {"doctor --json=5", "'5'"},
       {"doctor --threads 0", "--threads"},
       {"cite iso2008", "did you mean 'iso2018'"},
       {"completion tcsh", "'tcsh'"},
       {"verify --seed -1", "--seed"},
       {"verify --seed 18446744073709551616", "too large"},
       {"analyze weights v.h5 --force", "-o"},
       {"verify --seed", "--seed needs a value"},
       {"train rbm s.h5 --qqqqqqqqqqqqqqqqqqqqqqqq 3 -o x.h5", "`spinflow train rbm --help` lists"}});
}

// The start and the end of what has no end.
TEST(BadInput, EndlessWordsFitIntoASentence) {
  const std::string endless = "$(printf 'a%.0s' $(seq 90000))";
  for (const std::string& arguments :
       {"run iso2018 --set " + endless + "=1 -o x", "run iso2018 --set " + endless + " -o x",
        "run iso2018 --set train." + endless + "=1 -o x", "run " + endless, endless + " s.h5",
        "train rbm s.h5 -o x.h5 --" + endless, "train rbm s.h5 " + endless + " -o x.h5", "measure " + endless,
        "sample ising-square -L 4 -n 4 -T 1 -o " + endless, "report " + endless,
        "sample ising-square -L 4 -n 4 -o x.h5 -T " + endless, "run iso2018 --scale smoke -o " + endless,
        "analyze weights v.h5 -o " + endless, "inspect --threads=" + endless + " s.h5"}) {
    const auto result = shell("$SPINFLOW " + arguments, workshop());
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_LT(result.err.size(), 1100u) << arguments << "\n" << result.err.substr(0, 2000);
  }
}

TEST(BadInput, ShortFlagsWithAnEqualsSign) {
  expect_refused({{"sample ising-square -L 4 -T= 1 -n 4 -o x.h5", "sample -T: its value is missing"},
                  {"sample ising-square -L 4 -T==1 -n 4 -o x.h5", "'=1' is not a finite number"},
                  {"sample ising-square -L=4 -T=1 -n=0 -o=x.h5", "-n = 0"},
                  {"sample ising-square -L 4 -q=1 -n 4 -o x.h5", "there is no flag '-q=1'"}});
}

TEST(BadInput, UnknownSimdLevel) {
  const auto result = shell("SPINFLOW_SIMD=sse9 $SPINFLOW models", workshop());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("portable"), std::string::npos) << result.err;
}

TEST(BadInput, Sample) {
  const std::string good = "sample ising-square -L 4 -T 1 -n 4 -o x.h5 ";
  expect_refused({
      {"sample", "MODEL is missing"},
      {"sample isng-square -L 4 -T 1 -n 4 -o x.h5", "did you mean 'ising-square'"},
      {"sample ising-square ising-chain -L 4 -T 1 -n 4 -o x.h5", "one word too many"},
      {"sample ising-square -L 4 -T 1 -n 4", "-o is missing"},
      {"sample ising-square -L 4 -n 4 -o x.h5", "the temperatures are missing"},
      {good + "-K 1", "-T and -K"},
      {good + "-n 5", "more than once"},
      {good + "--sampler wolf", "did you mean 'wolff'"},
      {good + "--sampler wolff --field 1", "field"},
      {good + "--bondary open", "did you mean '--boundary'"},
      {good + "--boundary opne", "did you mean 'open'"},
      {good + "--coupling nan", "--coupling"},
      {good + "--coupling 1e308", "--coupling"},
      {good + "--field inf", "--field"},
      {good + "--seed -1", "--seed"},
      {"sample ising-square -L 4 -T -1 -n 4 -o x.h5", "-T = -1"},
      {"sample ising-square -L 4 -T nan -n 4 -o x.h5", "'nan'"},
      {"sample ising-square -L 4 -T inf -n 4 -o x.h5", "'inf'"},
      {"sample ising-square -L 4 -T '' -n 4 -o x.h5", "-T"},
      {"sample ising-square -L 4 -T 1:2:0.3 -n 4 -o x.h5", "1:2:0.3"},
      {"sample ising-square -L 4 -T 1,1 -n 4 -o x.h5", "given twice"},
      {"sample ising-square -L 4 -K 0 -n 4 -o x.h5", "infinite temperature"},
      {"sample ising-square -L 0 -T 1 -n 4 -o x.h5", "-L: '0'"},
      {"sample ising-square -L 1 -T 1 -n 4 -o x.h5", "-L: '1'"},
      {"sample ising-square -L 40000000000x40000000000 -T 1 -n 4 -o x.h5", "memory"},
      {"sample ising-square -L 4 -K nan -n 4 -o x.h5", "'nan'"},
      {"sample ising-square -L 4 -K -1 -n 4 -o x.h5", "-K = -1"},
      {"sample ising-square -L 4x -T 1 -n 4 -o x.h5", "'4x'"},
      {"sample ising-square -L -4 -T 1 -n 4 -o x.h5", "'-4'"},
      {"sample ising-chain -L 4x4 -T 1 -n 4 -o x.h5", "4x4"},
      {"sample ising-square -L 1000000 -T 1 -n 4 -o x.h5", "memory"},
      {"sample ising-power-law -L 1000000 -T 1 -n 4 -o x.h5", "takes about 4.9e+04 GB of memory"},
      {"sample ising-power-law -L 4 -T 1 -n 4 --sigma 0 -o x.h5", "--sigma = 0 is out of range"},
      {"sample ising-power-law -L 4 -T 1 -n 4 --sigma nan -o x.h5", "--sigma = nan"},
      {"sample ising-power-law -L 4 -T 1 -n 4 --dimension 3 -o x.h5", "--dimension = 3"},
      {"sample ising-power-law -L 4x4 -T 1 -n 4 --dimension 1 -o x.h5", "4x4"},
      {"sample ising-power-law -L 4 -T 1 -n 4 --images all -o x.h5", "known: sum, minimum"},
      {"sample ising-power-law -L 4 -T 1 -n 4 --boundary open -o x.h5", "open boundary"},
      {"sample ising-infinite-range -L 4 -T 1 -n 4 --sigma 1 -o x.h5", "no option --sigma"},
      {"sample ising-square -L 4 -T 1 -n 1000000000000 -o x.h5", "memory"},
      {"sample ising-square -L 4 -T 1 -n 0 -o x.h5", "-n = 0"},
      {"sample ising-square -L 4 -T 1 -n 1.5 -o x.h5", "'1.5'"},
      {"sample ising-square -L 4 -T 1 -n 99999999999999999999999 -o x.h5", "-n"},
  });
}

TEST(BadInput, SampleLongRange) {
  const std::string any = "sample ising-power-law -L 4 -T 2 -n 4 -o x.h5 ";
  const std::string good = any + "--dimension 2 ";
  const std::string mean_field = "sample ising-infinite-range -T 2 -n 4 -o x.h5 ";
  expect_refused({
      {good + "--sigma 0", "--sigma = 0"},
      {good + "--sigma -0.5", "--sigma = -0.5"},
      {good + "--sigma nan", "--sigma"},
      {any + "--dimension 3", "--dimension = 3"},
      {any + "--dimension 0", "--dimension = 0"},
      {"sample ising-power-law --dimension 1 -L 4x4 -T 2 -n 4 -o x.h5", "two sides"},
      {good + "--boundary open", "no open boundary"},
      {good + "--images nearest", "known: sum, minimum"},
      {good + "--sampler wolff --field 0.1", "field"},
      {good + "--sampler wolff --coupling -1", "negative"},
      {good + "--sampler swendsen-wang --coupling -1", "negative"},
      {good + "--sampler heat-bath", "nearest-neighbour"},
      {good + "--sampler exact-chain", "exact-chain"},
      {"sample ising-power-law -L 4 -T 0.1 -n 4 -o x.h5 --coupling -1 --sampler metropolis", "tempering"},
      {"sample ising-power-law --dimension 2 -L 100000 -T 2 -n 1 -o x.h5", "GB"},
      {"sample ising-power-law --dimension 1 -L 2000000000000 -T 2 -n 1 -o x.h5", "GB"},
      {mean_field + "-L 4x4", "two sides"},
      {mean_field + "-L 16 --boundary open", "no open boundary"},
      {mean_field + "-L 16 --sigma 1", "sigma"},
  });
}

TEST(BadInput, Outputs) {
  const std::string start = "sample ising-square -L 4 -T 1 -n 4 -o ";
  expect_refused({{start + "s.h5", "--force"},
                  {start + "folder", "it is a folder"},
                  {start + "folder --force", "it is a folder"},
                  {start + "nowhere/x.h5", "no folder"},
                  {start + "s.h5/x.h5", "s.h5"},
                  {start + "/dev/full --force", "no regular file"},
                  {start + "/proc/x.h5", "its file system takes none); choose another folder"},
                  {start + std::string(300, 'x'), "too long for a file; give a shorter one"},
                  {"train rbm s.h5 -o /proc/x.h5", "choose another folder"},
                  {"flow v.h5 --start s.h5 -o /proc/x.h5", "choose another folder"},
                  {"analyze weights v.h5 -o /proc/x", "choose another folder"},
                  {start + "''", "-o"},
                  {start, "--output"},
                  {start + "--json", "-o"},
                  {"train rbm s.h5 -o s.h5 --force", "also the input"},
                  {"train rbm s.h5 -o v.h5", "--force"},
                  {"flow v.h5 --start s.h5 -o s.h5 --force", "also the input"}});
}

TEST(BadInput, NobodyWaitsForAPipe) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  for (const char* line :
       {"measure pipe", "inspect pipe", "flow pipe --start pipe", "train rbm pipe -o x.h5"}) {
    const auto refused = shell(std::string("timeout 20 $SPINFLOW ") + line, folder.path());
    EXPECT_EQ(refused.status, 2) << line;
    EXPECT_EQ(refused.err, "spinflow: pipe: it is no regular file; give a file\n");
  }
}

TEST(BadInput, FilesThatAreRead) {
  expect_refused({{"measure missing.h5", "no such file"},
                  {"measure folder", "it is a folder"},
                  {"measure empty.h5", "it is empty"},
                  {"measure short.h5", "short.h5"},
                  {"measure text.h5", "numpy.save"},
                  {"measure v.h5", "spinflow/rbm"},
                  {"measure /dev/zero", "no regular file"},
                  {"measure @3", "@3: there is no such file"},
                  {"inspect short.h5", "short.h5"},
                  {"inspect text.h5", "text.h5"},
                  {"inspect nan.h5", "nan.h5"},
                  {"train rbm short.h5 -o x.h5", "short.h5"},
                  {"train rbm v.h5 -o x.h5", "spinflow/rbm"},
                  {"report folder", "folder"},
                  {"report missing", "missing"}});
}

TEST(BadInput, Train) {
  const std::string good = "train rbm s.h5 -o x.h5 ";
  expect_refused(
      {{"train rbm -o x.h5", "ENSEMBLE is missing"},
       {good + "--hidden 0", "--hidden = 0"},
       {good + "--hidden 1000000000000", "--hidden"},
       {good + "--learning-rate nan", "--learning-rate"},
       {good + "--learning-rate -1", "--learning-rate"},
       {good + "--learning-rate inf", "--learning-rate"},
       {good + "--weight-decay nan", "--weight-decay"},
       {good + "--initial-sigma inf", "--initial-sigma"},
       {"train classifier s.h5 --hidden 0 -o x.h5", "--hidden = 0"},
       {good + "--shrinkage -1", "--shrinkage = -1"},
       {good + "--shrinkage nan", "--shrinkage"},
       {good + "--lerning-rate 1", "did you mean '--learning-rate'"},
       {good + "--momentum 1", "--momentum"},
       {good + "--epochs 0", "--epochs"},
       {good + "--batch-size 0", "--batch-size"},
       {good + "--k 0", "--k"},
       {good + "--method cdd", "did you mean 'cd'"},
       {good + "--temperatures 4:6:0.25", "it has T = 1, 2, 3"},
       {good + "--hidden 25 --temperatures nan", "--temperatures"},
       {good + "--replicas 4", "method cd has no option --replicas"},
       {good + "--method cd --chains 4", "method cd has no option --chains"},
       {good + "--method pcd --replicas 4", "method pcd has no option --replicas"},
       {good + "--method pt --replicas 0", "--replicas = 0"},
       {good + "--method pcd --chains -1", "--chains = -1"},
       {good + "--method pt --chains 16777216 --replicas 1000", "memory"},
       {"train classifier s.h5 --method pt -o x.h5", "--method"},
       {"train rbm c.h5 --batch-size 1 --hidden 40 --log-likelihood -o x.h5 --temperatures 9", "T = 1, 2"},
       {"train classifier s.h5 --temperatures 1 -o x.h5", "two"},
       {"train classifier w.npy -o x.h5", "temperature"},
       {"train classifier s.h5 --activation sigmoid -o x.h5", "relu"}});
}

TEST(BadInput, TrainStack) {
  const std::string good = "train stack s.h5 -o x.h5 --hidden 4 ";
  const std::string of = "train stack s.h5 -o x.h5 --hidden ";
  expect_refused({{"train stack -o x.h5", "ENSEMBLE is missing"},
                  {"train stack s.h5", "-o is missing"},
                  {"train stack s.h5 -o k.h5", "--force"},
                  {"train stack s.h5 -o x.h5", "64 hidden units are no blocks of a lattice of 4x4"},
                  {of + "8", "4 (blocks of 2x2)"},
                  {of + "3.5", "--hidden = [3.5] is not a list of whole numbers"},
                  {of + "4,2", "no common divisor"},
                  {of + "0", "--hidden = 0"},
                  {of + "1000000", "4 (blocks of 2x2)"},
                  {of + "''", "--hidden"},
                  {of + "nan", "--hidden"},
                  {"train stack c.h5 -o x.h5 --hidden 3", "4 (blocks of 2), 2 (blocks of 4)"},
                  {"train stack k.h5 -o x.h5 --hidden 4", "spinflow/stack"},
                  {good + "--shrinkage -0.1", "--shrinkage = -0.1"},
                  {good + "--shrinkage inf", "--shrinkage"},
                  {good + "--weight-decay 0.1", "--weight-decay"},
                  {good + "--biases", "--biases"},
                  {good + "--epochs 0", "--epochs"},
                  {good + "--temperatures 7", "it has T = 1, 2, 3"}});
}

TEST(BadInput, FlowOfStacks) {
  const std::string good = "flow k.h5 --start s.h5 ";
  expect_refused(
      {{"flow k.h5 --start c.h5", "its layers begin at 4x4 (periodic)"},
       {good + "--steps 2", "no layer of the stack begins at a lattice of 2x2"},
       {good + "--pass down", "--pass"},
       {good + "--hidden-mode mean", "--hidden-mode"},
       {good + "--top-steps 3", "--pass reconstruct"},
       {good + "--pass reconstruct --top-steps -1", "--top-steps = -1"},
       {good + "--pass reconstruct --hidden-mode sign", "--hidden-mode has no meaning"},
       {"flow k.h5 --pass reconstruct --start c.h5", "trained on a lattice of 4x4"},
       {good + "--factor 2", "--factor"},
       {"flow v.h5 --start s.h5 --pass up", "v.h5 has no option --pass"},
       {"flow v.h5 --start s.h5 --hidden-mode sign", "no option --hidden-mode"},
       {"flow block-majority --start s.h5 --top-steps 3", "no option --top-steps"},
       {"flow block-majority --then v.h5 --start s.h5 --top-steps 3", "the maps have no option --top-steps"},
       {good + "--then v.h5:pass=up", "this map has none"},
       {"flow k.h5:pass=up --top-steps 3 --start s.h5", "--top-steps has no meaning"},
       {"flow k.h5:top_steps=3 --start s.h5", "pass=reconstruct only"},
       {"flow k.h5 --then v.h5 --start s.h5", "2x2"},
       {"analyze weights k.h5", "spinflow inspect"}});
}

TEST(BadInput, Flow) {
  const std::string good = "flow v.h5 --start s.h5 ";
  expect_refused({{"flow v.h5", "--start is missing"},
                  {"flow s.h5 --start s.h5", "spinflow/ensemble"},
                  {"flow t.h5 --start s.h5", "a net trained for 'classifier' are no spins"},
                  {"flow nan.h5 --start s.h5", "nan.h5"},
                  {"flow block-majorty --start s.h5", "did you mean 'block-majority'"},
                  {"flow v.h5 --start v.h5", "spinflow/rbm"},
                  {"flow v.h5 --start c.h5", "4x4"},
                  {good + "--chains 65", "at most 64"},
                  {good + "--chains 0", "--chains"},
                  {good + "--steps 0", "--steps"},
                  {good + "--start-temperature 6", "it has T = 1, 2, 3"},
                  {good + "--thermometer enrgy", "did you mean 'energy'"},
                  {good + "--thermometer classifier", "classifier=FILE"},
                  {good + "--thermometer classifier=v.h5", "spinflow/rbm"},
                  {good + "--thermometer energy=t.h5", "no file"},
                  {"flow v.h5 --start w.npy --thermometer energy", "Hamiltonian"},
                  {"flow v.h5 --start w.npy --start-temperature 1", "no temperatures"},
                  {"flow block-majority --start c.h5 --thermometer classifier=t.h5", "4x4"},
                  {good + "--factor 2", "--factor"},
                  {good + "--keep 1", "-o"},
                  {good + "--keep 101 -o x.h5", "101"},
                  {"flow block-majority --factor 3 --start s.h5", "blocks of side 3"},
                  {"flow block-majority --factor 1 --start s.h5", "--factor"},
                  {"flow block-majority:fctor=2 --start s.h5", "did you mean 'factor'"},
                  {"flow block-majority:factor=two --start s.h5", "'two' is not a whole number"},
                  {"flow block-majority:factor=2,factor=2 --start s.h5", "given twice"},
                  {"flow block-majority: --start s.h5", "behind the colon"},
                  {"flow :factor=2 --start s.h5", "names no map"},
                  {"flow v.h5 --then '' --start s.h5", "--then"},
                  {"flow block-majority --then v.h5:factor=2 --start s.h5", "there is no option 'factor'"},
                  {"flow v.h5:x=1 --start s.h5", "this map has none"},
                  {"flow block-majority --steps 2 --start s.h5", "2x2"}});
}

TEST(BadInput, Run) {
  const std::string good = "run iso2018 --scale smoke ";
  expect_refused(
      {{"run", "RECIPE is missing"},
       {"run iso2008", "did you mean 'iso2018'"},
       {"run iso2018 --scale huge -o x", "smoke"},
       {good + "-o x --set flow", "section.key=value"},
       {good + "-o x --set flow.stesp=3", "did you mean 'flow.steps'? `spinflow recipes iso2018`"},
       {good + "-o x --set =3", "--set: there is no setting ''; `spinflow recipes iso2018` shows all"},
       {"recipes iso2008", "did you mean 'iso2018'"},
       {good + "-o x --set flow.steps=x", "'x'"},
       {good + "-o x --set flow.steps=-1", "steps = -1"},
       {good + "-o x --set train.learning_rate=nan", "learning_rate"},
       {good + "-o x --set train.types=Q", "Q"},
       {good + "-o x --resume --force", "--resume and --force"},
       {good + "-o s.h5", "not a folder"},
       {good + "-o s.h5/x", "the folder cannot be made (Not a directory); choose another folder"},
       {good + "-o . --force", "it holds something else: 'c.h5', which no run has written; choose another"},
       {good + "-o .", "something else: 'c.h5'"},
       {good + "-o /proc/x", "the folder cannot be made (its file system takes none); choose another folder"},
       {"critical ising-square --sizes 4,6,8 -o . --force", "something else: 'c.h5'"},
       {"critical ising-square --sizes 4,6,8 -o /proc/x", "choose another folder"}});
}

}  // namespace
}  // namespace spinflow::program_tests
