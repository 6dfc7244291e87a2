// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/citations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spinflow/base/error.hpp"

namespace spinflow::report {

namespace {

struct Citation {
  std::string_view key;
  std::string_view kind;  ///< article, misc, inproceedings
  std::string_view author;
  std::string_view title;
  std::string_view journal;  ///< or the book of an inproceedings
  std::string_view volume;
  std::string_view pages;
  int year;
  std::string_view doi;
  std::string_view arxiv = {};
};

// In alphabetical order of keys. An empty field is one we are not certain of.
constexpr std::array citations = {
    Citation{"behan2017", "article",
             "Behan, Connor and Rastelli, Leonardo and Rychkov, Slava and Zan, Bernardo",
             "Long-Range Critical Exponents near the Short-Range Crossover", "Physical Review Letters", "118",
             "241601", 2017, "10.1103/PhysRevLett.118.241601"},
    Citation{"besag1975", "article", "Besag, Julian", "Statistical analysis of non-lattice data",
             "Journal of the Royal Statistical Society: Series D (The Statistician)", "24", "179--195", 1975,
             "10.2307/2987782"},
    Citation{"binder1981", "article", "Binder, K.",
             "Finite size scaling analysis of Ising model block distribution functions",
             "Zeitschrift f{\\\"u}r Physik B", "43", "119--140", 1981, "10.1007/BF01293604"},
    Citation{"botet1982", "article", "Botet, R. and Jullien, R. and Pfeuty, P.",
             "Size Scaling for Infinitely Coordinated Systems", "Physical Review Letters", "49", "478--481",
             1982, "10.1103/PhysRevLett.49.478"},
    Citation{"brezin1985", "article", "Br{\\'e}zin, E. and Zinn-Justin, J.",
             "Finite size effects in phase transitions", "Nuclear Physics B", "257", "867--893", 1985,
             "10.1016/0550-3213(85)90379-7"},
    Citation{
        "burda2015", "inproceedings", "Burda, Yuri and Grosse, Roger and Salakhutdinov, Ruslan",
        "Accurate and conservative estimates of MRF log-likelihood using reverse annealing",
        "Proceedings of the Eighteenth International Conference on Artificial Intelligence and Statistics",
        "38", "102--110", 2015, "", "1412.8566"},
    Citation{"cho2010", "inproceedings", "Cho, KyungHyun and Raiko, Tapani and Ilin, Alexander",
             "Parallel tempering is efficient for learning restricted Boltzmann machines",
             "The 2010 International Joint Conference on Neural Networks (IJCNN)", "", "1--8", 2010,
             "10.1109/IJCNN.2010.5596837"},
    Citation{"demellokoch2020", "article",
             "de Mello Koch, Ellen and de Mello Koch, Anita and Kastanos, Nicholas and Cheng, Ling",
             "Short-sighted deep learning", "Physical Review E", "102", "013307", 2020,
             "10.1103/PhysRevE.102.013307", "2002.02664"},
    Citation{
        "desjardins2010", "inproceedings",
        "Desjardins, Guillaume and Courville, Aaron and Bengio, Yoshua and Vincent, Pascal and Delalleau, "
        "Olivier",
        "Tempered Markov Chain Monte Carlo for training of Restricted Boltzmann Machines",
        "Proceedings of the Thirteenth International Conference on Artificial Intelligence and Statistics",
        "9", "145--152", 2010, ""},
    Citation{"dyson1969", "article", "Dyson, Freeman J.",
             "Existence of a phase-transition in a one-dimensional Ising ferromagnet",
             "Communications in Mathematical Physics", "12", "91--107", 1969, "10.1007/BF01645907"},
    Citation{"ewald1921", "article", "Ewald, P. P.",
             "Die Berechnung optischer und elektrostatischer Gitterpotentiale", "Annalen der Physik", "369",
             "253--287", 1921, "10.1002/andp.19213690304"},
    Citation{"ferrenberg1988", "article", "Ferrenberg, Alan M. and Swendsen, Robert H.",
             "New Monte Carlo technique for studying phase transitions", "Physical Review Letters", "61",
             "2635--2638", 1988, "10.1103/PhysRevLett.61.2635"},
    Citation{"ferrenberg1989", "article", "Ferrenberg, Alan M. and Swendsen, Robert H.",
             "Optimized Monte Carlo data analysis", "Physical Review Letters", "63", "1195--1198", 1989,
             "10.1103/PhysRevLett.63.1195"},
    Citation{"fisher1972", "article", "Fisher, Michael E. and Ma, Shang-keng and Nickel, B. G.",
             "Critical Exponents for Long-Range Interactions", "Physical Review Letters", "29", "917--920",
             1972, "10.1103/PhysRevLett.29.917"},
    Citation{"fukui2009", "article", "Fukui, Kouki and Todo, Synge",
             "Order-N cluster Monte Carlo method for spin systems with long-range interactions",
             "Journal of Computational Physics", "228", "2629--2642", 2009, "10.1016/j.jcp.2008.12.022"},
    Citation{"glauber1963", "article", "Glauber, Roy J.", "Time-Dependent Statistics of the Ising Model",
             "Journal of Mathematical Physics", "4", "294--307", 1963, "10.1063/1.1703954"},
    Citation{"gong2022", "misc", "Gong, Fuzhou and Xia, Zigeng",
             "Interpreting deep learning by establishing a rigorous corresponding relationship with "
             "renormalization group",
             "", "", "", 2022, "", "2212.00005"},
    Citation{"hinton2002", "article", "Hinton, Geoffrey E.",
             "Training products of experts by minimizing contrastive divergence", "Neural Computation", "14",
             "1771--1800", 2002, "10.1162/089976602760128018"},
    Citation{"houdayer2004", "article", "Houdayer, J. and Hartmann, A. K.",
             "Low-temperature behavior of two-dimensional Gaussian Ising spin glasses", "Physical Review B",
             "70", "014418", 2004, "10.1103/PhysRevB.70.014418"},
    Citation{"hukushima1996", "article", "Hukushima, Koji and Nemoto, Koji",
             "Exchange Monte Carlo Method and Application to Spin Glass Simulations",
             "Journal of the Physical Society of Japan", "65", "1604--1608", 1996, "10.1143/JPSJ.65.1604"},
    Citation{"ising1925", "article", "Ising, Ernst", "Beitrag zur Theorie des Ferromagnetismus",
             "Zeitschrift f{\\\"u}r Physik", "31", "253--258", 1925, "10.1007/BF02980577"},
    Citation{"iso2018", "article", "Iso, Satoshi and Shiba, Shotaro and Yokoo, Sumito",
             "Scale-invariant feature extraction of neural network and renormalization group flow",
             "Physical Review E", "97", "053304", 2018, "10.1103/PhysRevE.97.053304", "1801.07172"},
    Citation{"kadanoff1966", "article", "Kadanoff, Leo P.", "Scaling laws for Ising models near $T_c$",
             "Physics Physique Fizika", "2", "263--272", 1966, "10.1103/PhysicsPhysiqueFizika.2.263"},
    Citation{"kadanoff1976", "article", "Kadanoff, Leo P.", "Notes on Migdal's recursion formulas",
             "Annals of Physics", "100", "359--394", 1976, "10.1016/0003-4916(76)90066-X"},
    Citation{"kamieniarz1993", "article", "Kamieniarz, G. and Bl{\\\"o}te, H. W. J.",
             "Universal ratio of magnetization moments in two-dimensional Ising models",
             "Journal of Physics A: Mathematical and General", "26", "201--212", 1993,
             "10.1088/0305-4470/26/2/009"},
    Citation{"kaufman1949", "article", "Kaufman, Bruria",
             "Crystal Statistics. II. Partition Function Evaluated by Spinor Analysis", "Physical Review",
             "76", "1232--1243", 1949, "10.1103/PhysRev.76.1232"},
    Citation{"kingma2014", "misc", "Kingma, Diederik P. and Ba, Jimmy",
             "Adam: A Method for Stochastic Optimization", "", "", "", 2014, "", "1412.6980"},
    Citation{"kosterlitz1976", "article", "Kosterlitz, J. M.",
             "Phase Transitions in Long-Range Ferromagnetic Chains", "Physical Review Letters", "37",
             "1577--1580", 1976, "10.1103/PhysRevLett.37.1577"},
    Citation{"kramerswannier1941", "article", "Kramers, H. A. and Wannier, G. H.",
             "Statistics of the Two-Dimensional Ferromagnet. Part I", "Physical Review", "60", "252--262",
             1941, "10.1103/PhysRev.60.252"},
    Citation{"luijten1995", "article", "Luijten, Erik and Bl{\\\"o}te, Henk W. J.",
             "Monte Carlo method for spin models with long-range interactions",
             "International Journal of Modern Physics C", "6", "359--370", 1995, "10.1142/S0129183195000265"},
    Citation{"luijten1997", "article", "Luijten, Erik and Bl{\\\"o}te, Henk W. J.",
             "Classical critical behavior of spin models with long-range interactions", "Physical Review B",
             "56", "8945--8958", 1997, "10.1103/PhysRevB.56.8945"},
    Citation{"madras1988", "article", "Madras, Neal and Sokal, Alan D.",
             "The pivot algorithm: A highly efficient Monte Carlo method for the self-avoiding walk",
             "Journal of Statistical Physics", "50", "109--186", 1988, "10.1007/BF01022990"},
    Citation{"metropolis1953", "article",
             "Metropolis, Nicholas and Rosenbluth, Arianna W. and Rosenbluth, Marshall N. and Teller, "
             "Augusta H. and "
             "Teller, Edward",
             "Equation of State Calculations by Fast Computing Machines", "The Journal of Chemical Physics",
             "21", "1087--1092", 1953, "10.1063/1.1699114"},
    Citation{"migdal1975", "article", "Migdal, A. A.", "Phase transitions in gauge and spin-lattice systems",
             "Soviet Physics JETP", "42", "743", 1975, ""},
    Citation{"neal2001", "article", "Neal, Radford M.", "Annealed importance sampling",
             "Statistics and Computing", "11", "125--139", 2001, "10.1023/A:1008923215028",
             "physics/9803008"},
    Citation{"nelson1975", "article", "Nelson, David R. and Fisher, Michael E.",
             "Soluble renormalization groups and scaling fields for low-dimensional Ising systems",
             "Annals of Physics", "91", "226--274", 1975, ""},
    Citation{"onsager1944", "article", "Onsager, Lars",
             "Crystal Statistics. I. A Two-Dimensional Model with an Order-Disorder Transition",
             "Physical Review", "65", "117--149", 1944, "10.1103/PhysRev.65.117"},
    Citation{"sak1973", "article", "Sak, J.",
             "Recursion Relations and Fixed Points for Ferromagnets with Long-Range Interactions",
             "Physical Review B", "8", "281--285", 1973, "10.1103/PhysRevB.8.281"},
    Citation{"salakhutdinov2008", "inproceedings", "Salakhutdinov, Ruslan and Murray, Iain",
             "On the quantitative analysis of deep belief networks",
             "Proceedings of the 25th International Conference on Machine Learning (ICML '08)", "",
             "872--879", 2008, "10.1145/1390156.1390266"},
    Citation{"salmon2011", "inproceedings",
             "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
             "Parallel random numbers: as easy as 1, 2, 3",
             "Proceedings of 2011 International Conference for High Performance Computing, Networking, "
             "Storage and Analysis (SC '11)",
             "", "", 2011, "10.1145/2063384.2063405"},
    Citation{"swendsen1979", "article", "Swendsen, Robert H.", "Monte Carlo Renormalization Group",
             "Physical Review Letters", "42", "859--861", 1979, "10.1103/PhysRevLett.42.859"},
    Citation{"swendsenwang1987", "article", "Swendsen, Robert H. and Wang, Jian-Sheng",
             "Nonuniversal critical dynamics in Monte Carlo simulations", "Physical Review Letters", "58",
             "86--88", 1987, "10.1103/PhysRevLett.58.86"},
    Citation{"szekely2013", "article", "Sz{\\'e}kely, G{\\'a}bor J. and Rizzo, Maria L.",
             "Energy statistics: A class of statistics based on distances",
             "Journal of Statistical Planning and Inference", "143", "1249--1272", 2013,
             "10.1016/j.jspi.2013.03.018"},
    Citation{"tieleman2008", "inproceedings", "Tieleman, Tijmen",
             "Training restricted Boltzmann machines using approximations to the likelihood gradient",
             "Proceedings of the 25th International Conference on Machine Learning (ICML '08)", "",
             "1064--1071", 2008, "10.1145/1390156.1390290"},
    Citation{"walker1977", "article", "Walker, Alastair J.",
             "An Efficient Method for Generating Discrete Random Variables with General Distributions",
             "ACM Transactions on Mathematical Software", "3", "253--256", 1977, "10.1145/355744.355749"},
    Citation{"weiss1907", "article", "Weiss, Pierre",
             "L'hypoth{\\`e}se du champ mol{\\'e}culaire et la propri{\\'e}t{\\'e} ferromagn{\\'e}tique",
             "Journal de Physique Th{\\'e}orique et Appliqu{\\'e}e", "6", "661--690", 1907,
             "10.1051/jphystap:019070060066100"},
    Citation{"wolff1989", "article", "Wolff, Ulli", "Collective Monte Carlo Updating for Spin Systems",
             "Physical Review Letters", "62", "361--364", 1989, "10.1103/PhysRevLett.62.361"},
    Citation{"wolff2004", "article", "Wolff, Ulli", "Monte Carlo errors with less errors",
             "Computer Physics Communications", "156", "143--153", 2004, "10.1016/S0010-4655(03)00467-3",
             "hep-lat/0306017"},
    Citation{"yang1952", "article", "Yang, C. N.",
             "The Spontaneous Magnetization of a Two-Dimensional Ising Model", "Physical Review", "85",
             "808--816", 1952, "10.1103/PhysRev.85.808"},
};

const Citation* find(std::string_view key) {
  const auto found =
      std::find_if(citations.begin(), citations.end(), [&](const auto& c) { return c.key == key; });
  return found == citations.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> citation_keys() {
  std::vector<std::string> keys;
  keys.reserve(citations.size());
  for (const auto& citation : citations) keys.emplace_back(citation.key);
  return keys;
}

std::string bibtex(std::string_view key) {
  const Citation* citation = find(key);
  if (citation == nullptr)
    throw input_error("citation", fmt::format("there is no work '{}'", key),
                      suggestion(key, citation_keys()));
  std::string entry = fmt::format("@{}{{{},\n", citation->kind, citation->key);
  const auto add = [&](std::string_view field, std::string_view text) {
    if (!text.empty()) entry += fmt::format("  {} = {{{}}},\n", field, text);
  };
  add("author", citation->author);
  add("title", citation->title);
  add(citation->kind == "inproceedings" ? "booktitle" : "journal", citation->journal);
  add("volume", citation->volume);
  add("pages", citation->pages);
  add("year", fmt::format("{}", citation->year));
  add("doi", citation->doi);
  if (!citation->arxiv.empty()) {
    add("eprint", citation->arxiv);
    add("archiveprefix", "arXiv");
  }
  return entry + "}\n";
}

std::string short_citation(std::string_view key) {
  const Citation* citation = find(key);
  if (citation == nullptr) return std::string(key);
  std::vector<std::string_view> families;  // "Family, Given and Family, Given"
  std::string_view rest = citation->author;
  while (!rest.empty()) {
    const std::size_t end = rest.find(" and ");
    families.push_back(rest.substr(0, std::min(rest.find(','), end)));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 5);
  }
  if (families.size() > 3) return fmt::format("{} et al. ({})", families[0], citation->year);
  std::string names(families[0]);
  for (std::size_t i = 1; i < families.size(); ++i)
    names += fmt::format("{}{}", i + 1 == families.size() ? " and " : ", ", families[i]);
  return fmt::format("{} ({})", names, citation->year);
}

}  // namespace spinflow::report
