; The Windows installer. `python -m release.windows` compiles it; it passes what is defined nowhere here:
;   VERSION   0.1.0              QUAD      0.1.0.0, the same in four numbers
;   FILES     an include file with the macros INSTALL_FILES and REMOVE_FILES, one line for every file of the bundle
;   ICON      the program's icon           SIDE      a bitmap beside the last page
;   OUTPUT    the installer to be written
;   SIZE_KB   of the unpacked bundle       ROOM      the longest folder name below which no path exceeds 259 characters
;   SIGN      only where a certificate is configured: a command that signs the file named by its last word
;
; Two kinds: for everyone (Program Files, HKEY_LOCAL_MACHINE, needs an administrator) and for one person
; (LocalAppData\Programs, HKEY_CURRENT_USER). Switches and exit codes stand in docs/installing.md.
;
; Nothing is overwritten: the former files are taken aside, which is refused while any of them is in use; only when all
; new ones are there the former ones are deleted, otherwise they are put back.

Unicode true
SetCompressor /SOLID lzma

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"
!include "WinVer.nsh"
!include "nsDialogs.nsh"
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"
!include "MUI2.nsh"

!define TITLE "B24Learn"
!define NAME "b24learn-gui"
!define WINDOWED "B24Learn.exe"
!define CONSOLE "b24learn-gui.exe"
!define INNER "_internal"
!define LICENCES "licences"
!define REMOVER "uninstall.exe"
!define NOTE "quit-wanted"
; The id under which the program names itself to the taskbar: gui/application.py.
!define MODEL_ID "b24learn.gui"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
; The entry for starting with the session, as machine/autostart_windows.py writes and recognises it.
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define OWN_KEY "Software\${NAME}"

!define CODE_DONE 0
!define CODE_CANCELLED 1
!define CODE_RUNNING 3
!define CODE_SWITCH 4
!define CODE_RIGHTS 5
!define CODE_OTHER_KIND 6
!define CODE_NEWER 7
!define CODE_FOLDER 8
!define CODE_NOT_WRITTEN 9
!define CODE_SYSTEM 10
!define CODE_DATA 11

!define OLDEST_BUILD 17763

Name "${TITLE}"
OutFile "${OUTPUT}"
InstallDir ""
RequestExecutionLevel user
ManifestSupportedOS all
ManifestDPIAware true
ManifestLongPathAware true
CRCCheck on
AllowSkipFiles off
SetOverwrite on
SetDateSave on
ShowInstDetails nevershow
ShowUninstDetails show
BrandingText " "

VIProductVersion "${QUAD}"
VIAddVersionKey /LANG=0 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=0 "FileDescription" "${TITLE} ${VERSION}, installer"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "MIT"

!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

Var Kind ; "all" or "user"
Var KindAsked ; the same, where a switch said it
Var Autostart ; "1", "0", or "" for leaving it as it is
Var Seconds ; how long a running program may take to leave
Var AllDir ; where the program is installed for everyone, "" for not at all
Var AllVersion
Var UserDir ; and for this person
Var UserVersion
Var WasRunning ; "1": it had to be asked to leave
Var DeleteData ; "1": settings and secrets go, too
Var Upgrade ; "1": another kind of installation takes over
Var AskedDir ; the folder that a switch named, "" for none
Var Writing ; "first" or "update" while the new files are being written
Var WhoUser
Var WhoAll
Var WhoAutostart
Var WhoData

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram
!define MUI_FINISHPAGE_TITLE "$(TextDone)"
!define MUI_FINISHPAGE_TEXT "$(TextFinished)"

Page custom WhoShow WhoLeave
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipKnownFolder
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE JudgeFolder
!insertmacro MUI_PAGE_DIRECTORY
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(TextDone)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.DataShow un.DataLeave
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(TextGone)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Russian"
!include "english.nsh"
!include "russian.nsh"

!include "${FILES}"
!include "common.nsh"
!insertmacro COMMON ""
!insertmacro COMMON "un."

; The beginning: switches, what is installed already, for whom

Function .onInit
  SetRegView 64
  StrCpy $Seconds 120
  StrCpy $AskedDir $INSTDIR
  ${IfNot} ${RunningX64}
    !insertmacro REFUSE ${CODE_SYSTEM} "$(TextSystem)"
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    !insertmacro REFUSE ${CODE_SYSTEM} "$(TextSystem)"
  ${EndIf}
  Call ReadSwitches
  Call FindFormer
  StrCpy $Kind $KindAsked
  ${If} $Kind == ""
    Call IsAdministrator
    Pop $0
    ${If} $AllDir != ""
      StrCpy $Kind "all"
    ${ElseIf} $UserDir == ""
    ${AndIf} $0 == "1"
      StrCpy $Kind "all"
    ${Else}
      StrCpy $Kind "user"
    ${EndIf}
  ${EndIf}
  ${If} ${Silent}
    Call IsAdministrator
    Pop $0
    ${If} $Kind == "all"
    ${AndIf} $0 != "1"
      !insertmacro REFUSE ${CODE_RIGHTS} "$(TextRights)"
    ${EndIf}
  ${EndIf}
  ${If} ${Silent}
  ${OrIf} $KindAsked != ""
    Call TakeKind
    Call JudgeFolderOrEnd
  ${EndIf}
FunctionEnd

Function ReadSwitches
  ${GetParameters} $R0
  ${Do}
    !insertmacro NEXT_WORD $R0 $R1
    ${If} $R1 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy $R2 $R1 6
    StrCpy $R3 $R1 11
    ${If} $R1 == "/ALLUSERS"
      StrCpy $KindAsked "all"
    ${ElseIf} $R1 == "/CURRENTUSER"
      StrCpy $KindAsked "user"
    ${ElseIf} $R1 == "/AUTOSTART=0"
    ${OrIf} $R1 == "/AUTOSTART=1"
      StrCpy $Autostart $R1 1 11
    ${ElseIf} $R2 == "/WAIT="
      StrCpy $Seconds $R1 "" 6
      IntOp $R4 $Seconds + 0
      ${If} $R4 != $Seconds
        !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
      ${EndIf}
    ${ElseIf} $R1 S!= "/S"
    ${AndIf} $R1 != "/NCRC"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
    ${EndIf}
  ${Loop}
FunctionEnd

Function FindFormer
  ReadRegStr $AllDir HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ReadRegStr $AllVersion HKLM "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $UserDir HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ReadRegStr $UserVersion HKCU "${UNINSTALL_KEY}" "DisplayVersion"
FunctionEnd

; Makes $Kind the one that is installed, or ends where that may not be.
Function TakeKind
  StrCpy $INSTDIR $AskedDir ; not what was proposed before somebody went back and chose otherwise
  ${If} $Kind == "all"
    SetShellVarContext all
    StrCpy $R0 $AllDir
    StrCpy $R1 $AllVersion
    ${If} $R1 == ""
      StrCpy $R1 $UserVersion ; the one it takes over from
    ${EndIf}
    StrCpy $R2 "$PROGRAMFILES64\${TITLE}"
  ${Else}
    ${If} $AllDir != ""
      StrCpy $R0 $AllDir
      !insertmacro REFUSE ${CODE_OTHER_KIND} "$(TextOtherKind)"
    ${EndIf}
    SetShellVarContext current
    StrCpy $R0 $UserDir
    StrCpy $R1 $UserVersion
    StrCpy $R2 "$LOCALAPPDATA\Programs\${TITLE}"
  ${EndIf}
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $R3
    ${If} $R3 == "1"
      !insertmacro REFUSE ${CODE_NEWER} "$(TextNewer)"
    ${EndIf}
  ${EndIf}
  ${If} $R0 != ""
    ${If} $INSTDIR != ""
    ${AndIf} $INSTDIR != $R0
      !insertmacro REFUSE ${CODE_FOLDER} "$(TextElsewhere)"
    ${EndIf}
    StrCpy $INSTDIR $R0
  ${ElseIf} $INSTDIR == ""
    StrCpy $INSTDIR $R2
  ${EndIf}
FunctionEnd

; "1" where the folder can hold the program: short enough for every path in it, and nobody else's.
Function FolderServes
  StrLen $R1 $INSTDIR
  ${If} $R1 > ${ROOM}
    StrCpy $R2 "$(TextTooLong)"
    Push "0"
    Return
  ${EndIf}
  ; Ours is what is registered, and what an installer that was ended had begun: the command is the first file it writes.
  ${If} $INSTDIR != $AllDir
  ${AndIf} $INSTDIR != $UserDir
  ${AndIfNot} ${FileExists} "$INSTDIR\${CONSOLE}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${CONSOLE}.old"
    ; Whatever would be replaced, taken aside or deleted.
    ${If} ${FileExists} "$INSTDIR\${INNER}"
    ${OrIf} ${FileExists} "$INSTDIR\${INNER}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${LICENCES}"
    ${OrIf} ${FileExists} "$INSTDIR\${LICENCES}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}"
    ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${REMOVER}"
    ${OrIf} ${FileExists} "$INSTDIR\${NOTE}"
      StrCpy $R2 "$(TextForeign)"
      Push "0"
      Return
    ${EndIf}
  ${EndIf}
  Push "1"
FunctionEnd

Function JudgeFolder
  Call FolderServes
  Pop $R0
  ${If} $R0 != "1"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$R2"
    Abort
  ${EndIf}
FunctionEnd

Function JudgeFolderOrEnd
  Call FolderServes
  Pop $R0
  ${If} $R0 != "1"
    !insertmacro REFUSE ${CODE_FOLDER} "$R2"
  ${EndIf}
FunctionEnd

Function SkipKnownFolder
  ${If} $Kind == "all"
  ${AndIf} $AllDir != ""
    Abort
  ${EndIf}
  ${If} $Kind == "user"
  ${AndIf} $UserDir != ""
    Abort
  ${EndIf}
FunctionEnd

; The page: for whom

Function WhoShow
  ${If} $KindAsked != ""
    Abort ; asked for by a switch, or by ourselves before Windows asked for an administrator
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(TextWhoTitle)" "$(TextWhoLine)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 0 100% 12u "$(TextWhoUser)"
  Pop $WhoUser
  ${NSD_CreateLabel} 14u 13u 95% 20u "$(TextWhoUserLine)"
  Pop $0
  ${NSD_CreateCheckBox} 14u 34u 95% 12u "$(TextAutostart)"
  Pop $WhoAutostart
  ${NSD_CreateRadioButton} 0 56u 100% 12u "$(TextWhoAll)"
  Pop $WhoAll
  ${NSD_CreateLabel} 14u 69u 95% 20u "$(TextWhoAllLine)"
  Pop $0
  StrCpy $R0 ""
  ${If} $AllDir != ""
    StrCpy $R1 $AllVersion
    StrCpy $R2 $AllDir
    StrCpy $R0 "$(TextFound)"
    EnableWindow $WhoUser 0
    EnableWindow $WhoAutostart 0
  ${ElseIf} $UserDir != ""
    StrCpy $R1 $UserVersion
    StrCpy $R2 $UserDir
    StrCpy $R0 "$(TextFound)"
  ${EndIf}
  ${NSD_CreateLabel} 0 98u 100% 30u "$R0"
  Pop $0
  Call StartsWithSession
  Pop $R0
  ${If} $R0 == "1"
    ${NSD_Check} $WhoAutostart
  ${EndIf}
  ${If} $Kind == "all"
    ${NSD_Check} $WhoAll
  ${Else}
    ${NSD_Check} $WhoUser
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function WhoLeave
  ${NSD_GetState} $WhoAll $R0
  ${If} $R0 == ${BST_CHECKED}
    StrCpy $Kind "all"
    Call IsAdministrator
    Pop $R0
    ${If} $R0 != "1"
      ; Windows asks for an administrator; the installer goes on as that one.
      ClearErrors
      ExecShell "runas" "$EXEPATH" "/ALLUSERS"
      ${If} ${Errors}
        Abort
      ${EndIf}
      Quit
    ${EndIf}
  ${Else}
    StrCpy $Kind "user"
    ${NSD_GetState} $WhoAutostart $R0
    Call StartsWithSession
    Pop $R1
    ${If} $R0 == ${BST_CHECKED}
    ${AndIf} $R1 != "1"
      StrCpy $Autostart "1"
    ${ElseIf} $R0 != ${BST_CHECKED}
    ${AndIf} $R1 == "1"
      StrCpy $Autostart "0"
    ${EndIf}
  ${EndIf}
  Call TakeKind
FunctionEnd

; Installing

Section "${TITLE}"
  Call AskToLeave
  Pop $0
  ${If} $0 != ${CODE_DONE}
    !insertmacro REFUSE $0 "$(TextStillRunning)"
  ${EndIf}
  StrCpy $Writing "first"
  ${If} ${FileExists} "$INSTDIR\${CONSOLE}.old"
  ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}.old"
  ${OrIf} ${FileExists} "$INSTDIR\${INNER}.old"
    StrCpy $Writing "update"
  ${EndIf}
  ClearErrors
  !insertmacro INSTALL_FILES
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\${REMOVER}"
  SetOutPath "$TEMP" ; a working directory inside could be neither renamed nor removed
  ${If} ${Errors}
    Call GiveUp
    !insertmacro REFUSE ${CODE_NOT_WRITTEN} "$(TextNotWritten)"
  ${EndIf}
  StrCpy $Writing ""
  Call ForgetFormer
  Call WriteShortcut
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${WINDOWED},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${REMOVER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${REMOVER}" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
  ${If} $Kind == "all"
  ${AndIf} $UserDir != ""
    Call RemoveOwnFormer
  ${EndIf}
  Call SwitchAutostart
  Call StartAgain
  SetErrorLevel ${CODE_DONE}
SectionEnd

; A file that cannot be written ends the section here.
Function .onInstFailed
  ${If} $Writing != ""
    Call GiveUp
    !insertmacro TELL "$(TextNotWritten)"
    SetErrorLevel ${CODE_NOT_WRITTEN}
  ${EndIf}
FunctionEnd

; Nothing is left of what was begun: the former program is in its place again, or there is none, as before.
Function GiveUp
  SetOutPath "$TEMP" ; a working directory inside could be neither renamed nor removed
  ${If} $Writing == "update"
    Call PutBack
  ${ElseIf} $Writing == "first"
    !insertmacro REMOVE_FILES
    Delete "$INSTDIR\${REMOVER}"
    Delete "$INSTDIR\${NOTE}"
    RMDir "$INSTDIR"
    ClearErrors
  ${EndIf}
  StrCpy $Writing ""
FunctionEnd

; The new program is there: the former one goes for good.
Function ForgetFormer
  Delete "$INSTDIR\${WINDOWED}.old"
  Delete "$INSTDIR\${CONSOLE}.old"
  RMDir /r "$INSTDIR\${INNER}.old"
  RMDir /r "$INSTDIR\${LICENCES}.old"
  Delete "$INSTDIR\${NOTE}"
  ClearErrors
FunctionEnd

; A Start menu entry with the id under which the program's windows are grouped; without the id where that fails.
Function WriteShortcut
  StrCpy $R0 "$SMPROGRAMS\${TITLE}.lnk"
  CreateShortcut "$R0" "$INSTDIR\${WINDOWED}" "" "$INSTDIR\${WINDOWED}" 0 SW_SHOWNORMAL "" "$(TextShortcut)"
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("$R0",${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
        System::Call '*(&w32 "${MODEL_ID}")p.r5'
        System::Call '*(&i2 ${VT_LPWSTR},&i6 0,p r5,p 0)p.r4' ; a PROPVARIANT
        ${IPropertyStore::SetValue} $2 '($3,$4)'
        ${IPropertyStore::Commit} $2 ""
        System::Free $3
        System::Free $4
        System::Free $5
        ${IUnknown::Release} $2 ""
      ${EndIf}
      ${IPersistFile::Save} $1 '("$R0",1)'
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
  ClearErrors
FunctionEnd

; This person had the program for himself: the one for everyone takes over, and his entry for starting with it.
Function RemoveOwnFormer
  Call StartsWithSession
  Pop $R0
  ${If} $R0 == "1"
  ${AndIf} $Autostart == ""
    StrCpy $Autostart "1"
  ${EndIf}
  ${If} $UserDir == $INSTDIR
    ; The files there are the new ones. Only what stood in this person's name goes.
    SetShellVarContext current
    Delete "$SMPROGRAMS\${TITLE}.lnk"
    SetShellVarContext all
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
    ClearErrors
    Return
  ${EndIf}
  ClearErrors
  ExecWait '"$UserDir\${REMOVER}" /S /KEEP /UPGRADE /WAIT=$Seconds _?=$UserDir' $R0
  ${IfNot} ${Errors}
  ${AndIf} $R0 == ${CODE_DONE}
    Delete "$UserDir\${REMOVER}"
    RMDir "$UserDir"
  ${Else}
    StrCpy $R1 $UserDir
    !insertmacro TELL "$(TextFormerLeft)"
  ${EndIf}
  ClearErrors
FunctionEnd

Function SwitchAutostart
  Call StartsWithSession
  Pop $R0
  ${If} $Autostart == "0"
  ${AndIf} $R0 == "1"
    Call ForgetAutostart
  ${ElseIf} $Autostart == "1"
    ReadRegStr $R1 HKCU "${RUN_KEY}" "${NAME}"
    ${If} $R1 == ""
    ${OrIf} $R0 == "1"
      !insertmacro AUTOSTART_LINE $R2
      WriteRegStr HKCU "${OWN_KEY}" "AutostartHome" ""
      WriteRegStr HKCU "${OWN_KEY}" "Autostart" "$R2"
      WriteRegStr HKCU "${RUN_KEY}" "${NAME}" "$R2"
      DeleteRegValue HKCU "${APPROVED_KEY}" "${NAME}"
      ClearErrors
    ${EndIf}
  ${EndIf}
FunctionEnd

; What was asked to leave comes back into the tray. As an administrator it would be another one's program.
Function StartAgain
  ${If} $WasRunning == "1"
  ${AndIf} ${Silent}
  ${AndIf} $Kind == "user"
    Exec '"$INSTDIR\${WINDOWED}" --background'
  ${EndIf}
FunctionEnd

; By the shell, which runs as the person in front of the screen and not as the administrator.
Function StartProgram
  Exec '"$WINDIR\explorer.exe" "$SMPROGRAMS\${TITLE}.lnk"'
FunctionEnd

; Removing

Function un.onInit
  SetRegView 64
  StrCpy $Seconds 120
  Call un.ReadSwitches
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR
    StrCpy $Kind "all"
    SetShellVarContext all
    Call un.IsAdministrator
    Pop $0
    ${If} $0 != "1"
      ${If} ${Silent}
        !insertmacro REFUSE ${CODE_RIGHTS} "$(TextRights)"
      ${EndIf}
      ClearErrors
      ExecShell "runas" "$INSTDIR\${REMOVER}"
      ${If} ${Errors}
        SetErrorLevel ${CODE_RIGHTS}
      ${EndIf}
      Quit
    ${EndIf}
  ${Else}
    StrCpy $Kind "user"
    SetShellVarContext current
  ${EndIf}
FunctionEnd

Function un.ReadSwitches
  ${GetParameters} $R0
  ${Do}
    !insertmacro NEXT_WORD $R0 $R1
    ${If} $R1 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy $R2 $R1 6
    StrCpy $R3 $R1 3
    ${If} $R3 == "_?="
      ${ExitDo} ; the rest is the folder, which may hold blanks
    ${ElseIf} $R1 == "/DELETEDATA"
      StrCpy $DeleteData "1"
    ${ElseIf} $R1 == "/KEEP"
      StrCpy $DeleteData ""
    ${ElseIf} $R1 == "/UPGRADE"
      StrCpy $Upgrade "1"
    ${ElseIf} $R2 == "/WAIT="
      StrCpy $Seconds $R1 "" 6
      IntOp $R4 $Seconds + 0
      ${If} $R4 != $Seconds
        !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
      ${EndIf}
    ${ElseIf} $R1 S!= "/S"
    ${AndIf} $R1 != "/NCRC"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
    ${EndIf}
  ${Loop}
FunctionEnd

Function un.DataShow
  !insertmacro MUI_HEADER_TEXT "$(TextRemoveTitle)" "$(TextRemoveLine)"
  UserInfo::GetName
  Pop $R0
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckBox} 0 0 100% 12u "$(TextDelete)"
  Pop $WhoData
  ${NSD_CreateLabel} 14u 14u 95% 44u "$(TextDeleteLine)"
  Pop $0
  Call un.NameOthers
  Pop $R1
  ${If} $R1 != ""
    ${NSD_CreateLabel} 0 64u 100% 50u "$(TextOthers)"
    Pop $0
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function un.DataLeave
  ${NSD_GetState} $WhoData $R0
  ${If} $R0 == ${BST_CHECKED}
    StrCpy $DeleteData "1"
  ${Else}
    StrCpy $DeleteData ""
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.AskToLeave
  Pop $0
  ${If} $0 != ${CODE_DONE}
    !insertmacro REFUSE $0 "$(TextStillRunning)"
  ${EndIf}
  Call un.PutBack
  ${If} $Upgrade != "1"
    Call un.TakeLeaveOfPerson
  ${EndIf}
  !insertmacro REMOVE_FILES
  Delete /REBOOTOK "$INSTDIR\${REMOVER}"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  Call un.NameOthers
  Pop $R1
  ${If} $R1 != ""
  ${AndIf} $Upgrade != "1"
    !insertmacro TELL "$(TextOthers)"
  ${EndIf}
  SetErrorLevel ${CODE_DONE}
SectionEnd

; The program itself takes back what it put into this account: it alone knows where that is.
Function un.TakeLeaveOfPerson
  StrCpy $R0 ""
  ${If} $DeleteData == "1"
    StrCpy $R0 " --delete-data"
  ${EndIf}
  ; A home that the account's environment names is its owner's business, as one that --home names: the page and
  ; docs/installing.md speak of the platform's own places.
  System::Call 'kernel32::SetEnvironmentVariable(t "B24LEARN_HOME", p 0)'
  nsExec::ExecToStack '"$INSTDIR\${CONSOLE}" uninstall$R0'
  Pop $R1
  Pop $R2
  DetailPrint "$R2"
  ${If} $R1 != "0"
  ${AndIf} $DeleteData == "1"
    !insertmacro REFUSE ${CODE_DATA} "$(TextDataLeft)"
  ${EndIf}
  Call un.StartsWithSession
  Pop $R0
  ${If} $R0 == "1"
    Call un.ForgetAutostart ; the program could not: it is damaged
  ${EndIf}
FunctionEnd

; The other accounts of this machine that have settings of the program: they stay, and are named.
Function un.NameOthers
  StrCpy $R1 ""
  ${If} $Kind == "all"
    ReadEnvStr $R2 "USERPROFILE"
    ${GetParent} "$R2" $R3
    FindFirst $R4 $R5 "$R3\*.*"
    ${DoUntil} $R5 == ""
      ${If} $R5 != "."
      ${AndIf} $R5 != ".."
      ${AndIf} "$R3\$R5" != $R2
      ${AndIf} ${FileExists} "$R3\$R5\AppData\Local\${NAME}\*.*"
        ${If} $R1 != ""
          StrCpy $R1 "$R1, "
        ${EndIf}
        StrCpy $R1 "$R1$R5"
      ${EndIf}
      ClearErrors
      FindNext $R4 $R5
      ${If} ${Errors}
        StrCpy $R5 ""
      ${EndIf}
    ${Loop}
    FindClose $R4
  ${EndIf}
  ClearErrors
  Push $R1
FunctionEnd
