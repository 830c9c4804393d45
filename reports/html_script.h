/* SPDX-License-Identifier: Apache-2.0 */
/* report.html's script. The file also is XML: it may not contain < or &. */
#pragma once

/* clang-format off */
/* Only comfort: searching, opening all, and opening the case a link leads to. All content is there without it. */
static const char html_script[] =
"'use strict';(function(){\n"
"var all=function(s,e){return Array.prototype.slice.call((e||document).querySelectorAll(s));};\n"
"var q=document.getElementById('q'),found=document.getElementById('found'),cases=all('.case'),rows=all('.req tbody tr');\n"
"var text=new Map();function textOf(e){if(!text.has(e))text.set(e,e.textContent.toLowerCase());return text.get(e);}\n"
"function search(){var words=q.value.toLowerCase().split(/\\s+/).filter(Boolean);\n"
" function match(e){return words.every(function(w){return textOf(e).includes(w);});}\n"
" var n=0,r=0;cases.forEach(function(c){var m=match(c);c.hidden=!m;if(m)n++;});\n"
" rows.forEach(function(t){var m=match(t);t.hidden=!m;if(m)r++;});\n"
" all('.group').forEach(function(g){g.hidden=!g.querySelector('.case:not([hidden])');});\n"
" found.textContent=words.length?n+' of '+cases.length+' cases, '+r+' of '+rows.length+' requirements':'';}\n"
"q.addEventListener('input',search);\n"
"document.addEventListener('keydown',function(e){if(e.target!==q){if(e.key==='/'){e.preventDefault();q.focus();}}\n"
" else if(e.key==='Escape'){q.value='';search();}});\n"
"function setAll(open){cases.forEach(function(c){if(!c.hidden)c.open=open;});}\n"
"document.getElementById('open').addEventListener('click',function(){setAll(true);});\n"
"document.getElementById('shut').addEventListener('click',function(){setAll(false);});\n"
"function follow(){var e=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(!e)return;\n"
" if(e.matches('.case'))e.open=true;if(e.hidden){q.value='';search();}\n"
" if(e.matches('.req tr'))document.getElementById('k-all').checked=true;e.scrollIntoView({block:'center'});}\n"
"addEventListener('hashchange',follow);if(location.hash)follow();\n"
"document.getElementById('tools').hidden=false;\n"
"})();\n";
/* clang-format on */
