// How report.html looks: on a wide and a narrow screen, and on paper.
#pragma once

namespace usage {

inline constexpr char kReportStyle[] = R"css(
:root{color-scheme:light;--ink:#16202b;--soft:#5b6773;--line:#d5dbe1;--tint:#f4f6f8;--good:#1d5c86;--bad:#b4690e;--risk:#a3211f;--rest:#8c98a4}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;background:#fff}
body{margin:0 auto;max-width:1000px;padding:40px 32px 56px;color:var(--ink);font:15px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,table,caption,pre{margin:0;padding:0}
h1{font-size:30px;line-height:1.2;font-weight:600;letter-spacing:-.01em}
h2{font-size:18px;line-height:1.3;font-weight:600;margin-bottom:10px}
section{margin-top:38px}
small{display:block;font-size:12.5px;line-height:1.4;color:var(--soft);font-weight:400}
code,pre{font-family:"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:12.5px}
.over{font-size:12.5px;color:var(--soft);letter-spacing:.02em;margin-bottom:6px}
.state{font-size:16px;margin-top:8px;max-width:44em}
.word{display:inline-block;border:1.5px solid currentColor;border-radius:3px;padding:0 8px;margin-left:12px;font-size:13px;line-height:22px;font-weight:600;letter-spacing:.02em;vertical-align:5px;white-space:nowrap}
.word.finished{color:var(--good)}.word.open,.word.abandoned,.word.dry,.word.refused{color:var(--bad)}.word.period{color:var(--soft)}
.unsent{margin-top:16px;border:2px solid var(--ink);padding:10px 14px;font-weight:600}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:0 28px;margin-top:28px}
.figure{border-top:3px solid var(--ink);padding:10px 0 16px}
.figure h2{font-size:13.5px;margin-bottom:4px}
.figure.submitted{border-color:var(--good)}.figure.failed,.figure.waiting{border-color:var(--bad)}.figure.unknown{border-color:var(--risk)}
.figure.none{border-color:var(--line);color:var(--soft)}
.big{font-size:24px;line-height:1.3;font-weight:600;letter-spacing:-.01em}
.figure.none .big{font-weight:400}
.cur{font-size:.62em;font-weight:400;color:var(--soft);letter-spacing:.02em}
td.cur{font-size:12.5px;line-height:21px;padding-left:0;white-space:nowrap;width:1%}
.note,.lead,.rest{font-size:13px;color:var(--soft)}
.lead{margin-bottom:10px}
.rest{margin-top:8px}
.facts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 40px;margin-top:20px;border-top:1px solid var(--line)}
.facts div{display:grid;grid-template-columns:8.2em minmax(0,1fr);gap:12px;padding:6px 0;border-bottom:1px solid var(--line);font-size:14px}
.facts div.whole{grid-column:1/-1}
dt{color:var(--soft)}
.closes,.differs{margin-bottom:14px}
.closes span{color:var(--good);font-weight:700}
.differs{border:2px solid var(--risk);padding:10px 14px;color:var(--risk)}
table{border-collapse:collapse;width:100%;font-size:14px}
table+table{margin-top:26px}
caption{text-align:left;font-weight:600;font-size:14px;padding-bottom:4px}
th,td{padding:6px 10px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:12.5px;font-weight:400;color:var(--soft);border-bottom:1px solid var(--ink);vertical-align:bottom}
tbody th{font-weight:400}
tfoot th,tfoot td{font-weight:600;border-bottom:1px solid var(--line)}
tfoot tr:first-child>*{border-top:1px solid var(--ink)}
.n{text-align:right;white-space:nowrap;padding-left:10px}
.amount[data-pad]::after{content:attr(data-pad)}
.g{margin-left:.13em}
.money{white-space:nowrap}.figure .money{white-space:normal}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.outcomes th:first-child{width:33%}
.outcomes .bar{width:27%}
.outcomes .share{color:var(--soft);font-size:13px;padding-left:0}
.largest .bar{width:20%}
.bar svg{display:block;margin-top:6px}
rect{fill:var(--rest)}rect.track{fill:#edf0f3}rect.submitted{fill:var(--good)}rect.plain{fill:#5f7f99}rect.duplicate{fill:#9db9cc}
rect.failed,rect.not_submitted,rect.invalid{fill:#d08a35}rect.unknown{fill:var(--risk)}
.sid code{white-space:nowrap}
.line,thead th,.glossary th{white-space:nowrap}
.wide+.wide{margin-top:24px}
.largest th:nth-child(1){width:34%}.largest th:nth-child(2){width:22%}.largest th:nth-child(4){width:8%}
.wide{overflow-x:auto;position:relative}
.wide:focus-visible{outline:2px solid var(--good);outline-offset:2px}
#unknown{border-left:3px solid var(--risk);padding-left:18px}
#unknown p{margin-bottom:12px}
.causes td:nth-child(1),#warnings th{white-space:nowrap}
.steps{margin:0;padding:0 0 0 1.4em}
.steps li{padding-bottom:10px}
.steps pre{white-space:pre-wrap;background:var(--tint);padding:7px 10px;margin-top:4px;border-radius:3px}
.files td,.glossary td{font-size:13px}
.files code{font-size:11.5px}.runs th,.runs td:nth-child(2){overflow-wrap:normal}
footer{margin-top:44px;border-top:1px solid var(--line);padding-top:10px;font-size:12.5px;color:var(--soft)}
@media (max-width:640px){
body{padding:24px 16px 40px}
h1{font-size:25px}
.word{margin-left:0;vertical-align:0;display:table;margin-top:8px}
.facts{grid-template-columns:minmax(0,1fr)}
.facts div{grid-template-columns:7em minmax(0,1fr)}
.figures{grid-template-columns:minmax(0,1fr)}
.figure{padding-bottom:12px}
.outcomes .share,.outcomes td.share{display:none}
.outcomes th:first-child{width:30%}
.outcomes .bar{width:18%}
.outcomes thead .bar{font-size:0}
th,td{padding-right:8px}
.list,.list tbody{display:block}
.list thead{display:none}
.list caption{display:block}
.list tr{display:grid;grid-template-columns:1fr auto auto;gap:0 6px;padding:8px 0;border-bottom:1px solid var(--line)}
.list tr>*{border:0;padding:1px 0;grid-row:1}
.list .full{grid-column:1/-1;grid-row:auto}
.list .count{grid-row:2;grid-column:1}
.list .count::before{content:"rows: "}
.list .line::before{content:"line "}
.list .todo::before{content:"what to do: ";color:var(--soft)}
.list .count{text-align:left;color:var(--soft);font-size:13px}
.list td.amount{grid-column:2}
.list td.cur{grid-column:3;width:auto}
.list .bar{grid-row:2;grid-column:2;width:110px;min-width:110px}
.largest .sid{grid-column:1/-1}
.largest tr>*{grid-row:2}.largest .sid{grid-row:1}.largest .count,.largest .bar{grid-row:3}
.largest tr{grid-template-columns:1fr auto}
.glossary td:last-child,.glossary th:last-child{display:none}
.runs,.runs tbody{display:block}
.runs thead{display:none}
.runs tr{display:grid;grid-template-columns:auto 1fr;gap:0 10px;padding:8px 0;border-bottom:1px solid var(--line)}
.runs tr>*{border:0;padding:1px 0;grid-column:1/-1}
.runs tr>:nth-child(1){grid-column:1;font-weight:600}.runs tr>:nth-child(2){grid-column:2}
.runs .n{text-align:left;white-space:normal}
.runs tr>:nth-child(4)::before{content:"uploaded by: ";color:var(--soft)}
.runs tr>:nth-child(5)::before{content:"approval: ";color:var(--soft)}
.runs tr>:nth-child(6)::before{content:"rows: ";color:var(--soft)}
.runs tr>:nth-child(7)::before{content:"amount: ";color:var(--soft)}
.runs .n:empty{display:none}
}
@media print{
@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);font:7.5pt "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}}
:root{--ink:#000;--soft:#333;--line:#999;--tint:#fff}
body{max-width:none;padding:0;font-size:9.5pt;line-height:1.4}
h1{font-size:19pt}h2{font-size:12pt;margin-bottom:5pt}
section{margin-top:17pt}
table,.facts div{font-size:8.5pt}caption{font-size:9.5pt}
small,.note,.lead,.rest,thead th,.files td,.glossary td,td.cur,footer{font-size:7.5pt}
code,pre{font-size:7.5pt}.files code{font-size:7pt}
.big{font-size:15pt}
.state{font-size:10.5pt}
.figures{grid-template-columns:repeat(auto-fit,minmax(120pt,1fr));margin-top:14pt}
.facts{margin-top:12pt;gap:0 24pt}
.facts div{grid-template-columns:6.6em minmax(0,1fr);gap:8pt}
.outcomes .share{font-size:8.5pt}
.facts div{padding:3pt 0}
th,td{padding-top:3pt;padding-bottom:3pt}
.g{margin-left:.08em}
.wide{overflow:visible}
.outcomes,.largest,.glossary,.wide:not(:has(tbody tr:nth-child(9))):not(:has(.list tbody tr:nth-child(4))){break-inside:avoid}
section>p:not(.rest),caption,thead,tbody tr:first-child:not(:last-child){break-after:avoid}
tbody tr:last-child:not(:first-child),.rest,footer{break-before:avoid}
footer{margin-top:14pt;padding-top:4pt}
.bar svg{margin-top:2pt}
td.cur{line-height:11.9pt}
h1,h2,caption,thead{break-after:avoid}
tr,.figure,.facts div,.closes,.differs,.steps li,section>p{break-inside:avoid}
thead{display:table-header-group}
tfoot{display:table-row-group}
p{orphans:3;widows:3}
.steps pre{border:1px solid var(--line)}
svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
)css";

}  // namespace usage
